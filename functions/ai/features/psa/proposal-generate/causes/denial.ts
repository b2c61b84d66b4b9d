// What a ticket says is not so: "Disk is not full, we checked". A complaint such as "Printer does not print" denies nothing that could be a cause.
import type { Topic } from './topics.ts'

/** `change`: that somebody changed something. */
export type Denied = Topic | 'change'

/** Where it stands in the text: the whole clause, so that nothing else in it is taken for talk of the same trouble. */
export type Denial = { readonly denied: Denied; readonly from: number; readonly to: number }

type Words = { readonly states?: string; readonly things: string; readonly nouns?: string; readonly more?: string }

const anyOf = (...parts: readonly string[]): string => `(?:${parts.join('|')})`

const words: Readonly<Partial<Record<Topic, Words>>> = {
  storage: {
    states:
      'full|voll|filled up|(?:running |run )?out of (?:disk )?space|(?:running )?(?:low|short) (?:on|of) (?:disk |free )?space',
    things:
      '(?:hard )?disks?|(?:hard )?drives?|(?:disk |free |storage )?space|storage|volume|festplatten?|platte|speicher(?:platz)?|laufwerk|saving|backups?',
    more: '\\b(?:enough|plenty of|sufficient|ample|lots of|genug|genügend|ausreichend|reichlich|viel) (?:(?:free|disk|storage|freien?|freier) )*(?:space|room|platz|speicher\\w*)',
  },
  slowness: { states: 'slow|sluggish|freezing|frozen|hanging|langsam', things: 'speed|performance|geschwindigkeit' },
  reach: {
    states:
      'offline|unreachable|down|dead|disconnected|(?:switched|turned|powered) off|ausgefallen|getrennt|ausgeschaltet|tot',
    things: '(?:network )?connection|network|netzwerk|verbindung',
    nouns: 'outage|ausfall',
    // Three blanks: the name of a device has been taken out.
    more: '(?:\\b(?:it|device|machine|server|printer|computer|pc|laptop|workstation|firewall|router|switch|er|sie|es|gerät|drucker|rechner)|\\s{3}) ?(?:is|ist)(?: still| always| also| noch| auch)* (?:online|reachable|up and running|(?:switched|turned|powered) on|erreichbar|eingeschaltet)',
  },
  internet: {
    things: '(?:internet|wan)(?: line| connection)?|internetleitung|leitung|isp|provider|web ?sites?|voip|phones?',
    nouns: 'outage|störung|ausfall',
  },
  update: {
    things: '(?:windows )?updates?|patch(?:es)?|aktualisierung\\w*',
    more: '\\b(?:no|keine?) (?:\\S+ ){0,2}(?:updates?|patch(?:es)?|aktualisierung\\w*) (?:was|were|has been|have been|wurden?) (?:installed|made|applied|rolled out|installiert|eingespielt|gemacht)',
  },
  certificate: {
    states: 'expired|invalid|untrusted|abgelaufen|ungültig',
    things: '(?:tls |ssl )?certificates?|cert|tls|ssl|zertifikate?',
  },
  licence: { states: 'expired|unlicensed|abgelaufen', things: 'licen[cs]es?|lizenz(?:en)?|subscription|abonnement' },
  attack: {
    states:
      'encrypted|hacked|infected|compromised|suspicious|locked out|(?:under )?attack(?:ed)?|virus|malware|ransomware|trojan|phishing|spam|verschlüsselt|gehackt|verdächtig|infiziert|befallen|angegriffen',
    things: 'virus scan|virenscan|antivirus|virus|malware|ransomware|attack|phishing|schadsoftware|angriff',
    nouns: 'virus(?:es)?|malware|ransomware|attacks?|trojans?|phishing|spam(?! filter)|schadsoftware|angriffe?|viren',
  },
}

const not = `(?:\\b(?:not|never|no longer|nowhere near|far from|can ?not be|nicht|nie)|n['’]t)`
const softly = '(?:really|actually|yet|even|that|so|very|completely|be|been|an?|in|ganz|wirklich|sehr|mehr|mal)'
const article = '(?:(?:the|an?|any|our|its|der|die|das|dem|den|einer?|einem?) )?'
const cause = '(?:problems?|issues?|errors?|faults?|trouble|cause|reason|fehler|problem\\w*|ursache|grund)'
const well =
  '(?:fine|ok|okay|good|healthy|normal|green|clean|half empty|valid|active|gut|in ordnung|gültig|aktiv|excluded|ruled out|ausgeschlossen)'
/** "The internet works only sometimes" is a complaint. */
const ends =
  '(?=\\s*(?:[.,;:!\\n)]|$|(?:and|but|und|aber)\\b)|\\s+(?:fine|well|ok|normally|perfectly|gut|einwandfrei|problemlos|normal)\\b)'

const patternOf = ({ states, things, nouns, more }: Words): RegExp => {
  const thing = anyOf(things)
  const is =
    '(?:is|are|was|were|looks?|seems?|ist|sind|war)(?: (?:still|all|also|completely|perfectly|noch|auch|alles?|absolut))*'
  return new RegExp(
    anyOf(
      ...(states === undefined ? [] : [`${not}(?: ${softly})* (?:${states})\\b`]),
      ...(nouns === undefined
        ? []
        : [
            `\\b(?:no|kein\\w{0,2})(?: (?:signs?|evidence|traces?|indications?|anzeichen|hinweise?) (?:of|von|für|auf))? ${article}(?:${nouns})\\b`,
          ]),
      ...(more === undefined ? [] : [`${anyOf(more)}\\b`]),
      `${not} (?:because of|due to|caused by|related to|wegen) ${article}${thing}\\b`,
      `${not} ${article}${thing}[- ]?${cause}\\b`,
      `${not} (?:the|der|die|das) ${thing}\\b(?= *(?:[.,;:!\\n)]|$))`,
      `\\blieg\\w*(?: \\w+)? nicht an ${article}${thing}\\b`,
      `\\b(?:no|kein\\w{0,2}) (?:${cause} (?:with|on|in|mit|bei|an) ${article}${thing}|${thing}[- ]?${cause})\\b`,
      `\\b${thing}(?: itself| usage)? ${is} (?:${well}|(?:not|nicht) (?:the|der|die|das) ${cause}|(?:no|kein) ${cause})\\b`,
      `\\b${thing}(?: itself)? (?:works?|runs?|funktioniert|geht|läuft|gehen|laufen)${ends}`,
      `\\b(?:ruled out|excluded) ${article}${thing}\\b`,
    ),
    'gi',
  )
}

const changed =
  '(?:changed?|replaced?|touch(?:ed)?|altered|modified|moved|renamed|geändert|verändert|ersetzt|umgestellt)'
const unchanged = new RegExp(
  anyOf(
    `\\b(?:did|have|has|had|was|were)(?: not|n['’]t)(?: (?:been|yet|really))* ${changed}\\b`,
    `\\b(?:never|nicht) (?:been )?${changed}\\b`,
    `\\b(?:nobody|no one|nothing)(?: (?:has|have|had|was|were|been|else|here))* ${changed}\\b`,
    `\\b(?:niemand|nichts) (?:(?:hat|wurde)\\b[^.,;:!?\\n]{0,40} )?${changed}\\b`,
    `\\b(?:no|keine?) (?:\\S+ ){0,2}(?:changes?|änderung(?:en)?)\\b`,
  ),
  'gi',
)

const patterns: readonly (readonly [Denied, RegExp])[] = [
  ...Object.entries(words).map(([topic, one]) => [topic as Topic, patternOf(one)] as const),
  ['change', unchanged],
]

/** Before it in the same clause: it is asked for, wanted, or the contrary is said: "not enough space". */
const undone =
  /(?:\b(?:not|nicht|no|never|nor|neither|hardly|kaum|kein\w{0,2}|without|ohne|nobody|niemand|nothing|nichts|whether|if|ob|unless|until|wenn|falls|make sure|ensure|needs?|only|nur)|n['’]t)\b/i
const asked = /^[^.!?\n]{0,200}\?/
const boundary = /[.,;:!?\n]|\b(?:but|and|while|although|aber|und|sondern|obwohl)\b/gi

/** @param text without advice and without names, as long as the ticket's own: see `complaint.ts` */
export const denialsIn = (text: string): readonly Denial[] => {
  const marks = [...text.matchAll(boundary)]
  return patterns.flatMap(([denied, pattern]) =>
    [...text.matchAll(pattern)].flatMap(({ 0: found, index }) => {
      const clause = clauseAround(text.length, marks, { from: index, to: index + found.length })
      const isUndone = undone.test(text.slice(clause.from, index)) || asked.test(text.slice(clause.to))
      return isUndone ? [] : [{ denied, ...clause }]
    }),
  )
}

type Span = Pick<Denial, 'from' | 'to'>

const clauseAround = (length: number, marks: readonly RegExpExecArray[], { from, to }: Span): Span => {
  const before = marks.findLast(({ 0: mark, index }) => index + mark.length <= from)
  const after = marks.find(({ index }) => index >= to)
  return { from: before ? before.index + before[0].length : 0, to: after?.index ?? length }
}

/** Of the same length. */
export const withoutDenials = (text: string, denials: readonly Denial[], of: Denied): string =>
  denials
    .filter(({ denied }) => denied === of)
    .reduce(
      (rest, { from, to }) => rest.slice(0, from) + rest.slice(from, to).replace(/[^\n]/g, ' ') + rest.slice(to),
      text,
    )
