// Which facts an answer rests on: those that it names in brackets and was given.
import { checkCitations } from '../../../shared/ai/safety/citations.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import type { ShownRecord } from './context-window.ts'
import type { Citation } from './contract.ts'

const textMax = 300

/** In the order in which the answer names them; an id that was not given was invented, and is none. */
export const citationsIn = (answer: string, shown: readonly ShownRecord[]): Citation[] => {
  const given = new Map(shown.flatMap(citable).map((citation) => [citation.id, citation]))
  const { supported } = checkCitations(namedIn(answer), new Set(given.keys()))
  return supported.flatMap((id) => given.get(id) ?? [])
}

const named = String.raw`r\d{1,2}(?:\.[a-z0-9-]{1,80})?`
/**
 * `[r1.status]`, `[r1.status, r2.note-1]`; the gate writes brackets with a backslash. What separates two ids must be there: else there are
 * many ways to read one run of letters, and whoever tries them all does not come to an end.
 */
const bracketed = new RegExp(String.raw`\[((?:${named}\s{0,3}[,;]\s{0,3}){0,200}${named})[\s,;]{0,3}\\?\]`, 'g')

const namedIn = (answer: string): readonly string[] =>
  [...answer.matchAll(bracketed)].flatMap(([, ids = '']) => ids.split(/[\s,;]+/).filter((id) => id !== ''))

const citable = ({ id, record, facts }: ShownRecord): readonly Citation[] => {
  const { source, title, url, name } = record
  return [
    { id, source, title, url, label: name, text: title },
    ...facts.map((fact) => ({ id: fact.id, source, title, url, label: fact.label, text: shorten(fact.text, textMax) })),
  ]
}
