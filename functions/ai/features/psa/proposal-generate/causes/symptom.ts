// What the ticket itself says is wrong: which devices it names, what kinds of trouble, and names of things such as error codes and updates.
import { sentencesOf } from '../../../../../../shared/ai/offline/sentences.ts'
import { stemOf, wordsOf } from '../../../../../../shared/ai/offline/terms.ts'
import { type Topic, topics } from './topics.ts'
import type { Fact, Input } from '../times.ts'

/** Words of the ticket, as they stand there, with the fact that has them. */
export type Quote = { readonly words: string; readonly fact: string }

export type Symptom = {
  /** In lower case, with how the ticket writes them. */
  readonly hosts: ReadonlyMap<string, Quote>
  /** Error codes, ids of updates, versions, files, accounts: in lower case. */
  readonly names: ReadonlyMap<string, Quote>
  /** Of a topic, the first words that speak of it. */
  readonly topics: ReadonlyMap<Topic, Quote>
  /** All words, for matters that no topic has. */
  readonly words: ReadonlyMap<string, Quote>
}

/** Notes of technicians name things, but they also speak of what it is not: topics are those of the title and the description. */
export const symptomOf = ({ facts }: Input['ticket']): Symptom => {
  const own = facts.filter(({ label }) => label === 'Title' || label === 'Description')
  const named = facts.filter(
    ({ label }) => own.length === 0 || /^(?:Title|Description|(?:Internal n|N)ote of .*)$/.test(label),
  )
  const told = own.length === 0 ? facts : own
  return {
    hosts: firstOf(told, ({ text }) => hostsIn(text)),
    names: firstOf(named, ({ text }) => namesIn(text)),
    topics: firstOf(told, ({ text }) => topicsIn(text)),
    words: firstOf(told, ({ text }) => wordsOf(text).map((word) => [stemOf(word), asWritten(text, word)] as const)),
  }
}

const firstOf = <Key>(
  facts: readonly Fact[],
  found: (fact: Fact) => readonly (readonly [Key, string])[],
): ReadonlyMap<Key, Quote> => {
  const first = new Map<Key, Quote>()
  for (const fact of facts)
    for (const [key, words] of found(fact)) if (!first.has(key)) first.set(key, { words, fact: fact.id })
  return first
}

const topicsIn = (text: string): readonly (readonly [Topic, string])[] =>
  [...topics].flatMap(([topic, pattern]) => {
    const words = pattern.exec(text)?.[0]
    return words === undefined ? [] : [[topic, sentenceWith(text, words)] as const]
  })

const sentenceMax = 100

/** So that a reader knows what is meant; of a long one the words alone. */
const sentenceWith = (text: string, words: string): string => {
  const sentence = sentencesOf(text, 60).find((one) => one.includes(words))
  return sentence !== undefined && sentence.length <= sentenceMax ? sentence.replace(/[.!]$/, '') : words
}

/** FS-02, HR-LT-07, DC-EAST, fin-srv-02, SRV02. No host is KB5068861, CVE-2026-1234, M365 or step-2. */
const host = /(?<![\w.@\\/-])(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)+|[A-Z]{2,6}\d{2,4})(?![\w@-])/gi
const noHost =
  /^(?:cve|kb|ghsa|iso|rfc|sha|tls|http|error|code|event|id|wpa|usb|step|tier|level|day|phase|windows|office|option|room|floor|line|version|port|page|part|wi-fi)-?\d/i

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
