// The list that a sentence opens or stands in: who asks what is to be done wants all steps, and not the first.

const itemsMax = 8
/** Longer ones are no step that anybody would quote. */
const itemLengthMax = 600
const item = /^\s*(?:[-*•]|\d{1,2}[.)])\s+\S/
/** What a heading is of, where it is no list. */
const anything = /\S/
const numbered = /^\s*\d{1,2}[.)]\s+\S/

/** @returns the items as they stand there; none where the sentence belongs to no list */
export const listOf = (text: string, sentence: string): readonly string[] => {
  const lines = text.split(/\r?\n/)
  const at = lines.findIndex((line) => line.includes(sentence))
  const line = lines[at]
  if (line === undefined) return []
  if (line.trimEnd().endsWith(':')) {
    const items = itemsFrom(lines, at + 1, item)
    return items.length > 0 ? items : itemsFrom(lines, at + 1, anything).slice(0, 1)
  }
  if (!numbered.test(line)) return []
  let first = at
  while (first > 0 && numbered.test(lines[first - 1] ?? '')) first -= 1
  return itemsFrom(lines, first, numbered)
}

/** A blank line may stand between the opening and the first item. */
const itemsFrom = (lines: readonly string[], from: number, shape: RegExp): readonly string[] => {
  const start = lines[from]?.trim() === '' ? from + 1 : from
  const items: string[] = []
  for (const line of lines.slice(start, start + itemsMax)) {
    if (!shape.test(line) || line.length > itemLengthMax) break
    items.push(line.trim())
  }
  return items
}
