// Makes facts of what a record has. What it has not makes none: nothing is told that the product has not said.
import type { Fact } from './context.ts'

type Value = string | number | boolean | null | undefined

/** None for null, nothing and the empty text; `yes` or `no` for a boolean. */
export const fact = (id: string, label: string, value: Value): readonly Fact[] => {
  if (value === undefined || value === null || value === '') return []
  return [{ id, label, text: typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value) }]
}

/** One fact of all its parts that are there: `Ann Lee, ann@acme.example`. */
export const joined = (id: string, label: string, parts: readonly Value[], separator = ', '): readonly Fact[] =>
  fact(
    id,
    label,
    parts
      .flatMap((part) => fact(id, label, part))
      .map(({ text }) => text)
      .join(separator),
  )

/** Numbered from 1 in the order of the list: `note-1`, `note-2`. None for a list that is missing. */
export const numbered = <Item>(
  id: string,
  items: readonly Item[] | undefined,
  told: (item: Item) => { readonly label: string; readonly parts: readonly Value[] },
): readonly Fact[] =>
  (items ?? []).flatMap((item, index) => {
    const { label, parts } = told(item)
    return joined(`${id}-${index + 1}`, label, parts)
  })
