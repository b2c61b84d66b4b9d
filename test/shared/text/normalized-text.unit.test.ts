import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { termsOf } from '../../../shared/ai/offline/terms.ts'
import { leakWatch } from '../../../shared/ai/safety/leak-watch.ts'
import { visibleText } from '../../../shared/ai/safety/visible-text.ts'
import { normalizedText } from '../../../shared/text/normalized-text.ts'
import { growthOf } from '../../support/processor-time.ts'

describe('a normalized text', () => {
  it('is that of Unicode, in any language', () => {
    for (const text of ['A\u0308rger', 'café', 'ｈｔｔｐ', 'हिन्दी', 'Ελλη\u0301νας', '각', 'z̧͎̪͚'])
      for (const form of ['NFC', 'NFKC'] as const) expect(normalizedText(text, form)).toBe(text.normalize(form))
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(normalizedText(text, 'NFC')).toBe(text.normalize('NFC'))
      }),
    )
  })

  it('has no more marks on a letter than any language writes', () => {
    expect(Array.from(normalizedText(`x${'\u0316'.repeat(100)}y`, 'NFC'))).toHaveLength(32)
  })

  it.each<[string, (text: string) => unknown]>([
    ['what is shown', visibleText],
    ['what is compared', termsOf],
    ['what is watched', (text) => leakWatch('kq3w8e7r6t5y4u3i2o1pa')(text)],
  ])('takes a time that grows with its length alone, whatever marks it has: %s', (_, work) => {
    const { ms, msMax } = growthOf(work, '\u0316\u0301')
    expect(ms).toBeLessThan(msMax)
  })
})
