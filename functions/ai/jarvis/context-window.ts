// What of the records that were read is shown to a model: each has an equal share of the window, and its first facts come first.
import type { Context, Fact } from '../../../shared/context/context.ts'
import { isTimes, withPlainTimes } from './plain-times.ts'

/** A fact as the prompt and the citations name it. */
export type ShownFact = Fact & { readonly record: Context }

export type ShownRecord = {
  readonly record: Context
  /** `r1`: by its place in the conversation. */
  readonly id: string
  readonly facts: readonly ShownFact[]
  readonly isCut: boolean
}

/** Characters of all facts together, with what stands around each of them in a prompt. */
export const windowCharacters = 24_000
const aroundEach = 80

/** @param records by their place among the records of the conversation */
export const shownRecords = (records: readonly (readonly [place: number, Context])[]): readonly ShownRecord[] => {
  let left = windowCharacters
  // What a small record leaves of its share goes to the larger ones.
  const bySize = records.toSorted(([, one], [, other]) => sizeOf(one) - sizeOf(other))
  const shown = bySize.map(([place, record], index): ShownRecord => {
    const { facts, size } = within(record, `r${place + 1}`, Math.floor(left / (records.length - index)))
    left -= size
    return { record, id: `r${place + 1}`, facts, isCut: record.isCut || facts.length < record.facts.length }
  })
  return records.flatMap(([, record]) => shown.filter((one) => one.record === record))
}

const within = (record: Context, recordId: string, most: number) => {
  const facts: ShownFact[] = []
  let size = 0
  for (const { id, label, text, ...fact } of record.facts) {
    const more = label.length + text.length + aroundEach
    if (size + more > most) break
    size += more
    facts.push({
      ...fact,
      id: `${recordId}.${id}`,
      label: withPlainTimes(label),
      text: isTimes(text) ? withPlainTimes(text) : text,
      record,
    })
  }
  return { facts, size }
}

const sizeOf = ({ facts }: Context): number =>
  facts.reduce((sum, { label, text }) => sum + label.length + text.length + aroundEach, 0)
