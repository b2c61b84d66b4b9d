// Emergencies in what is said on a call: they are what the call is about, whatever else is mentioned by the way. In English and German.
import { sentencesOf } from '../offline/sentences.ts'

export type EmergencyKind = 'attack' | 'danger' | 'data-loss' | 'fraud'

export type Emergency = {
  readonly kind: EmergencyKind
  /** The place of the line in which it was heard first. */
  readonly line: number
}

type Signs = {
  /** What people say in whose surroundings it happens. */
  readonly heard: RegExp
  /** What texts say that are about it. */
  readonly told: RegExp
  /** Such texts are searched for by these. */
  readonly words: string
}

/** Up to so many words that deny nothing. */
const words = (most: number): string => `(?:(?!(?:not|never|no|nicht|kein\\w*)\\b|\\w+n't\\b)[^\\s.?!]+ ){0,${most}}`
const any = (...patterns: readonly string[]): RegExp => new RegExp(`(?<![\\p{L}\\d-])(?:${patterns.join('|')})`, 'iu')

const stock = '(?:files?|folders?|documents?|data|drives?|disks?|shares?|servers?|databases?|mailbox(?:es)?|backups?)'
const gone = '(?:gone|lost|deleted|missing|vanished|disappeared|wiped|erased|overwritten|weg|gelöscht|verschwunden)'

const signs: Readonly<Record<EmergencyKind, Signs>> = {
  attack: {
    heard: any(
      'ransom|lösegeld|erpress',
      `(?:everything|alles|${stock}|dateien) ${words(4)}(?:encrypted|scrambled|renamed|verschlüsselt|umbenannt)(?!\\s+(?:with|by|mit) bitlocker)`,
      `(?:encrypt|renam)(?:ed|ing|s) ${words(3)}(?:everything|${stock})`,
      `(?:strange|odd|weird|funny|unknown|seltsame) ${words(1)}(?:names|endings?|extensions?|namen|endungen?)`,
      'hacked|hackers?|gehackt|intruders?|malware|schadsoftware|trojan|cyber ?attack|(?:a|the|got|ein|einen) virus(?!\\s*(?:scan|protect))',
      `(?:mouse|cursor|maus) ${words(2)}(?:moves?|moving|bewegt) ${words(2)}(?:by itself|on its own|alone|von selbst|von allein)`,
      '(?:nobody|no one|none of us|niemand|keiner)\\s[^.?!]{0,40}\\b(?:open|read)\\b[^.?!]{0,20}\\b(?:files|documents)',
      '(?:nobody|no one|none of us|niemand|keiner)\\s[^.?!]{0,40}\\bdateien\\b[^.?!]{0,20}\\söffnen',
    ),
    told: any(
      'ransom|encrypt\\w* by|malware|schadsoftware|intrusion|hacked|cyber ?attack|verschlüsselungstrojan|virus(?:es)?\\b',
    ),
    words: 'ransomware malware attack isolate',
  },
  danger: {
    heard: any(
      `(?:on|a|caught|catches|is) fire\\b|fire alarm|smoke\\b(?! (?:detector|alarm))|flames?\\b|sparks\\b|(?:is|are) burning|smells? ${words(2)}burn\\w*|burn(?:ing|t) smell`,
      `electric(?:al)? shock|gas leak|flooded|water ${words(3)}(?:drip|leak|run|com)(?:s|es|p?ing|ning)\\b|swollen|bulging`,
      '(?:es|das gebäude|der server) brennt|feuer\\b|rauch\\b|raucht\\b|verbrannt\\w*|stromschlag|wasserschaden|aufgebläht',
    ),
    told: any(
      'fire\\b|smoke\\b|burning|evacuat|electric(?:al)? shock|flood|water damage|swollen|bulging|brand\\b|feuer\\b|rauch\\b|stromschlag|wasserschaden',
    ),
    words: 'fire smoke danger evacuate',
  },
  'data-loss': {
    heard: any(
      `(?:all|everything|every|whole|entire|alles?|ganzen?) ${words(7)}${gone}\\b`,
      `(?:deleted|erased|wiped|formatted|lost|overwr[io]te\\w*) ${words(2)}(?:all|everything|whole|entire) `,
      `(?:deleted|erased|wiped|formatted|overwr[io]te\\w*) ${words(2)}(?:database|server|share|drive|disk|mailbox|backups?)\\b`,
      'data loss|datenverlust',
    ),
    told: any(
      `restor(?:e|es|ing)\\b|recover(?:s|ing)? ${words(3)}(?:items|versions?|${stock})|undelete|data loss|(?:deleted|lost) ${words(1)}${stock}|wiederherstell|datenverlust`,
    ),
    words: 'restore recover deleted lost data',
  },
  fraud: {
    heard: any(
      'fraud|scam|phish|betrug|betrüger|gift ?cards?|gutscheinkarten',
      `(?:says?|said|claims?|claimed|pretends?|pretended|told (?:me|us|her|him)) ${words(6)}(?:from|of|at) (?:microsoft|apple|amazon|paypal|the bank|our bank|the police)\\b`,
      `(?:transfer|wire|pay|send|sent|paid|wired|transferred|überwies\\w*|überweisen) ${words(8)}(?:money|euros?|dollars|pounds|iban|bitcoins?|geld)\\b`,
      `(?:new|changed|other|different|neuen?|geänderten?) (?:bank (?:details|account)|iban\\b|bankverbindung)`,
      `(?:gave|given|told) (?:him|her|them) ${words(3)}(?:password|code|card)\\b`,
      `(?:somebody|someone|a man|a woman|the caller|they|he|she) ${words(6)}(?:control of|controls?|into|onto) ${words(1)}(?:my|our|her|his) (?:computer|screen|laptop|pc)\\b`,
    ),
    told: any('fraud|scam|phish|gift ?cards?|impersonat|social engineering|betrug|betrüger'),
    words: 'fraud scam phishing report',
  },
}
const kinds = Object.keys(signs) as EmergencyKind[]

/** No emergency of now. */
const elsewhere = /(?<!\p{L})(?:drill|training|exercise|last year|years? ago|übung|letztes jahr)(?!\p{L})/iu
const denial =
  /^(?:(?:oh|er|well|nun|ach),? )?(?:no|nope|not|none|nothing|never|neither|nein|nee|kein\w*|nicht|nichts)\b/i
const denied = /(?:\b(?:no|not|never|without|neither|nor|kein\w*|nicht|ohne)|n't)\s+(?:[^\s.?!]+\s+){0,2}$/i
const sentencesMax = 200

/** Each kind once, in the order in which they were heard. What somebody denies is none, and what they ask is none when the next line denies it. */
export const emergenciesIn = (lines: readonly string[]): readonly Emergency[] => {
  const heard = new Map<EmergencyKind, number>()
  for (const [line, text] of lines.entries())
    for (const sentence of sentencesOf(text, sentencesMax)) {
      if (elsewhere.test(sentence) || (sentence.endsWith('?') && denial.test(lines[line + 1] ?? ''))) continue
      for (const kind of kinds) if (!heard.has(kind) && isHeard(kind, sentence)) heard.set(kind, line)
    }
  return [...heard].map(([kind, line]) => ({ kind, line }))
}

const isHeard = (kind: EmergencyKind, sentence: string): boolean => {
  const match = signs[kind].heard.exec(sentence)
  return match !== null && !denied.test(sentence.slice(0, match.index))
}

/** Whether a text says what to do in one of them. */
export const isAboutEmergency = (text: string, emergencies: readonly Emergency[]): boolean =>
  emergencies.some(({ kind }) => signs[kind].told.test(text))

/** What texts about them are found by. Empty without one. */
export const emergencyWords = (emergencies: readonly Emergency[]): string =>
  emergencies.map(({ kind }) => signs[kind].words).join(' ')
