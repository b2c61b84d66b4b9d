// Whether a record is of what the ticket is about, by the names that both have.
import { stemOf } from '../../../../../../shared/ai/offline/terms.ts'
import type { Fact, Input } from '../times.ts'
import type { Quote, Symptom } from './symptom.ts'

export type Subject =
  /** The ticket names it. */
  | { readonly kind: 'named'; readonly quote: Quote }
  /** What the ticket names is said to belong to it, or it to that. */
  | { readonly kind: 'related'; readonly quote: Quote; readonly fact: string }
  /** The ticket names another one, and not this. */
  | { readonly kind: 'other'; readonly quote: Quote }
  /** The ticket names none, and the records beside it are all of one. */
  | { readonly kind: 'unsaid' }
  /** The ticket names none, and there are records of several. */
  | { readonly kind: 'unclear' }

type Record = Input['ticket']

const naming = new Set(['Device', 'Host name', 'Asset', 'Name'])

export const subjectOf = (symptom: Symptom, record: Record, all: readonly Record[]): Subject => {
  const own = namesOf(record)
  const quote = spoken(symptom, own)
  if (quote) return { kind: 'named', quote }
  const called = callingOf(symptom, record, all)
  if (called) return { kind: 'named', quote: called }
  // "runs on FS-02", of the record or of the one that is named.
  for (const fact of record.facts.filter(isRelation)) {
    const named = [...symptom.hosts].find(([host]) => hasName(fact.text, host))
    if (named) return { kind: 'related', quote: named[1], fact: fact.id }
  }
  for (const other of all) {
    const named = other === record ? undefined : spoken(symptom, namesOf(other))
    const fact = named && other.facts.find((one) => isRelation(one) && own.some((name) => hasName(one.text, name)))
    if (named && fact) return { kind: 'related', quote: named, fact: fact.id }
  }
  const [other] = [...symptom.hosts.values()]
  const service = other ?? all.map((one) => spoken(symptom, namesOf(one))).find((one) => one !== undefined)
  if (service) return { kind: 'other', quote: service }
  const devices = new Set(all.flatMap((one) => namesOf(one).at(-1) ?? []))
  return { kind: devices.size > 1 ? 'unclear' : 'unsaid' }
}

const isRelation = ({ label }: Fact): boolean => label === 'Relation'

/** In lower case: its title and the names of its device; a host without its domain as well. */
const namesOf = ({ name, title, facts }: Record): readonly string[] => {
  const named = facts.filter(({ label }) => naming.has(label)).map(({ text }) => text.split(', ')[0] ?? '')
  // The title of a detection or a call names no device.
  const names = /detection|call/i.test(name) ? named : [title, ...named]
  return [...new Set(names.flatMap((one) => [one.toLowerCase(), one.toLowerCase().split('.')[0] ?? '']))].filter(
    (one) => one.length >= 3,
  )
}

const spoken = ({ hosts, words, names }: Symptom, own: readonly string[]): Quote | undefined => {
  for (const name of own) {
    const quote = hosts.get(name) ?? names.get(name)
    if (quote) return quote
    // A service of several words, such as "Exchange Online".
    const parts = name.split(/\s+/)
    const spokenParts = parts.map((part) => words.get(stemOf(part)))
    const [first] = spokenParts
    if (first && spokenParts.every((part) => part !== undefined)) return { ...first, words: name }
  }
  return undefined
}

/** "The printer", of a device that is one; the words that tickets say are stems. */
const appliances: readonly (readonly [record: RegExp, said: readonly string[]])[] = [
  [/print|drucker|laserjet|officejet|copier|kopierer/i, ['print', 'drucker', 'copier', 'kopierer']],
  [/scanner/i, ['scanner']],
  [/firewall/i, ['firewall']],
  [/router|gateway/i, ['router', 'gateway']],
  [/switch/i, ['switch']],
  [/access point/i, ['wi-fi', 'wlan']],
  [/phone|telefon/i, ['phone', 'telefon']],
  [/camera|kamera/i, ['camera', 'kamera']],
]
const kindOfAppliance = new Set(['Kind', 'Type', 'Model', 'Device'])

/** None where there are several: nobody can tell which of them is meant. */
const callingOf = (symptom: Symptom, record: Record, all: readonly Record[]): Quote | undefined => {
  for (const [pattern, said] of appliances) {
    const quote = isCalled(record, pattern) ? said.flatMap((one) => symptom.words.get(stemOf(one)) ?? [])[0] : undefined
    const others = all.filter((one) => one.title !== record.title && isCalled(one, pattern))
    if (quote && others.length === 0) return quote
  }
  return undefined
}

const isCalled = ({ name, title, facts }: Record, pattern: RegExp): boolean =>
  !/detection|call/i.test(name) &&
  [title, ...facts.filter(({ label }) => kindOfAppliance.has(label)).map(({ text }) => text)].some((text) =>
    pattern.test(text),
  )

const hasName = (text: string, name: string): boolean =>
  text
    .toLowerCase()
    .split(/[\s,;()]+/)
    .some((word) => word === name || word.split('.')[0] === name)
