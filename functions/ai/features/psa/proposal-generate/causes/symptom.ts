// What the ticket itself says is wrong: which devices it names, what kinds of trouble, and names of things such as error codes and updates.
import { complaintOf, isOfFindings } from './complaint.ts'
import { type Denied, denialsIn, withoutDenials } from './denial.ts'
import { sentencesOf } from '../../../../../../shared/ai/offline/sentences.ts'
import { stemOf, wordsOf } from '../../../../../../shared/ai/offline/terms.ts'
import { type Topic, topics } from './topics.ts'
import type { Fact, Input } from '../times.ts'

/** Words of the ticket, as they stand there, with the fact that has them. */
export type Quote = { readonly words: string; readonly fact: string }

/** What the ticket says is not so, and of what. */
export type Denial = {
  readonly denied: Denied
  readonly quote: Quote
  readonly stems: ReadonlySet<string>
  /** That it names, in lower case. None: it is said of what the ticket is about. */
  readonly hosts: ReadonlySet<string>
  /** The letter of the disk that it names. */
  readonly drive: string | undefined
}

export type Symptom = {
  /** In lower case, with how the ticket writes them. */
  readonly hosts: ReadonlyMap<string, Quote>
  /** Error codes, ids of updates, versions, files, accounts: in lower case. */
  readonly names: ReadonlyMap<string, Quote>
  /** Of a topic, the first words that speak of it. */
  readonly topics: ReadonlyMap<Topic, Quote>
  readonly denials: readonly Denial[]
  /** All words, for matters that no topic has. */
  readonly words: ReadonlyMap<string, Quote>
  /** Of the title and the description, each with the stems of its words. */
  readonly sentences: readonly { readonly stems: ReadonlySet<string>; readonly quote: Quote }[]
}

/** Notes of technicians name things, but they also speak of what it is not: topics are those of the title and the description. */
export const symptomOf = ({ facts }: Input['ticket']): Symptom => {
  const own = facts.filter(({ label }) => label === 'Title' || label === 'Description')
  const named = facts.filter(
    ({ label }) => own.length === 0 || /^(?:Title|Description|(?:Internal n|N)ote of .*)$/.test(label),
  )
  const told = own.length === 0 ? facts : own
  const complaints = told.some(({ text }) => isOfFindings(text)) ? [] : told
  return {
    hosts: firstOf(told, ({ text }) => hostsIn(text)),
    names: firstOf(named, ({ text }) => namesIn(text)),
    topics: firstOf(complaints, ({ text }) => topicsIn(text)),
    words: firstOf(complaints, ({ text }) =>
      wordsOf(withoutUnchanged(text)).map((word) => [stemOf(word), asWritten(text, word)] as const),
    ),
    denials: complaints.flatMap(denialsOf),
    sentences: told.flatMap(({ id, text }) =>
      sentencesOf(text, sentencesMax).map((words) => ({
        stems: stemsOf(words),
        quote: { words: quoted(words), fact: id },
      })),
    ),
  }
}

const sentencesMax = 60
const stemsOf = (text: string): ReadonlySet<string> => new Set(wordsOf(text).map(stemOf))
/** A part of a long one is a quote as well. */
const quoted = (sentence: string): string => sentence.slice(0, sentenceMax).replace(/[.!]$/, '')

const firstOf = <Key>(
  facts: readonly Fact[],
  found: (fact: Fact) => readonly (readonly [Key, string])[],
): ReadonlyMap<Key, Quote> => {
  const first = new Map<Key, Quote>()
  for (const fact of facts)
    for (const [key, words] of found(fact)) if (!first.has(key)) first.set(key, { words, fact: fact.id })
  return first
}

/** That nobody changed something is no talk of a change. */
const withoutUnchanged = (text: string): string => {
  const complaint = complaintOf(text)
  return withoutDenials(complaint, denialsIn(complaint), 'change')
}

const denialsOf = ({ id, text }: Fact): readonly Denial[] =>
  denialsIn(complaintOf(text)).map(({ denied, from, to }) => {
    const clause = text.slice(from, to)
    return {
      denied,
      quote: { words: sentenceAt(text, from, clause.trim()), fact: id },
      stems: stemsOf(clause),
      hosts: new Set(hostsIn(clause).map(([name]) => name)),
      // The colon after a letter begins a clause.
      drive: /\b([A-Z])(?::|(?= (?:is|was|ist|war|has|hat)\b))/.exec(text.slice(Math.max(0, from - 2), to))?.[1],
    }
  })

const topicsIn = (text: string): readonly (readonly [Topic, string])[] => {
  const complaint = complaintOf(text)
  const denials = denialsIn(complaint)
  return [...topics].flatMap(([topic, pattern]) => {
    const found = pattern.exec(withoutDenials(complaint, denials, topic))
    if (!found) return []
    const words = text.slice(found.index, found.index + found[0].length)
    return [[topic, sentenceAt(text, found.index, words)] as const]
  })
}

const sentenceMax = 100

/** So that a reader knows what is meant; of a long one the words alone. */
const sentenceAt = (text: string, index: number, words: string): string => {
  let end = 0
  for (const sentence of sentencesOf(text, sentencesMax)) {
    const start = text.indexOf(sentence, end)
    end = start + sentence.length
    if (index < end) return sentence.length <= sentenceMax ? sentence.replace(/[.!]$/, '') : words
  }
  return words
}

/** FS-02, HR-LT-07, DC-EAST, fin-srv-02, SRV02. No host is KB5068861, CVE-2026-1234, M365 or step-2. */
const host = /(?<![\w.@\\/-])(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)+|[A-Z]{2,6}\d{2,4})(?![\w@-])/gi
const noHost =
  /^(?:cve|kb|ghsa|iso|rfc|sha|tls|http|error|code|event|id|wpa|usb|step|tier|level|day|phase|windows|office|option|room|floor|line|version|port|page|part|wi-fi|detection|finding|ticket|incident)-?\d|^t\d{4}-/i

const hostsIn = (text: string): readonly (readonly [string, string])[] =>
  [...text.matchAll(host)].flatMap(([found]) => (isHost(found) ? [[found.toLowerCase(), found] as const] : []))

/** With a digit, or in capitals: "e-mail" and "sign-in" are none, and neither is "office365". */
const isHost = (found: string): boolean =>
  found.length <= 30 &&
  !noHost.test(found) &&
  (found.includes('-') ? /\d/.test(found) || found === found.toUpperCase() : /^[A-Z]+\d+$/.test(found))

/** With letters and digits, or with a point, a backslash or an at sign within: no plain word, number, time or size. */
export const namesIn = (text: string): readonly (readonly [string, string])[] =>
  wordsOf(text).flatMap((word) => {
    const isName = word.length >= 4 && /\p{L}/u.test(word) && (/\d/.test(word) || /\p{L}[.\\@]\p{L}/u.test(word))
    return isName && !plain.test(word) ? [[word, asWritten(text, word)] as const] : []
  })

const asWritten = (text: string, word: string): string => {
  const index = text.toLowerCase().indexOf(word)
  return index === -1 ? word : text.slice(index, index + word.length)
}

/** Moments, clocks and sizes, which have letters and digits too. */
const plain =
  /^(?:\d{4}-\d{2}-\d{2}(?:t[\d:.]+z?)?|\d+(?:[.:]\d+)?(?:am|pm|gb|mb|tb|kb|ghz|h|min|st|nd|rd|th|x)|windows\d+|p\d)$/
