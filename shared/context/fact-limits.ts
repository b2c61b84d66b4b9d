// Keeps what is told of a record within limits, whatever the product sends.
import { visibleText } from '../ai/safety/visible-text.ts'
import { oneLine } from '../text/quoted-text.ts'
import { shorten } from '../text/shortened-text.ts'
import type { Fact } from './context.ts'

/** Lengths in UTF-16 code units. */
export const factLimits = {
  title: 200,
  text: 4_000,
  /** Of all texts of a record together. */
  texts: 40_000,
  /** Of a record. */
  facts: 250,
} as const

export const limitedTitle = (title: string): string => shorten(oneLine(visibleText(title)), factLimits.title)

/** Those that fit, in their order, each as long as it may be. What is invisible in a text goes: it carries orders that only a model reads. */
export const limitedFacts = (facts: readonly Fact[]): { readonly facts: readonly Fact[]; readonly isCut: boolean } => {
  const kept: Fact[] = []
  let left = factLimits.texts
  let isCut = false
  for (const fact of facts) {
    const { text } = fact
    // Before it is read to its end: a text of megabytes is cut first.
    const visible = visibleText(text.slice(0, 2 * factLimits.text))
    const shown = shorten(visible, factLimits.text)
    if (kept.length === factLimits.facts || shown.length > left) return { facts: kept, isCut: true }
    isCut ||= shown !== visible || text.length > 2 * factLimits.text
    left -= shown.length
    if (shown !== '') kept.push({ ...fact, text: shown })
  }
  return { facts: kept, isCut }
}
