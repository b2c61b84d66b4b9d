// The strings of an answer as they are shown: gated each.
import { type GateRules, type GateStream, gatedWhole } from '../ai/safety/output-gate.ts'

type Showing = {
  readonly newGate: (rules: GateRules) => GateStream
  readonly rules: GateRules
  /** Of the sources. Whoever looks one up needs its id as it is, also where it could be taken for an address. */
  readonly ids: ReadonlySet<string>
}

/** Twice is as good as once. */
export const showing =
  ({ newGate, rules, ids }: Showing): ((value: unknown) => unknown) =>
  (value) =>
    withStrings(value, (text) => (ids.has(text) ? text : gatedWhole(newGate(rules), text)))

/** What stands for a link that is not to be followed (`hxxps://host[.]example`) read as what it stands for. */
export const asRead = (value: unknown): unknown =>
  withStrings(value, (text) => text.replaceAll('[.]', '.').replace(/hxxp(?=s?:)/gi, 'http'))

export const withStrings = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => withStrings(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withStrings(member, change)]))
}
