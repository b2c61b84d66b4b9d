import { describe, expect, it } from 'vitest'
import { listOf } from '../../../../shared/ai/offline/whole-list.ts'

const text = `Known weakness in lodash.

Remediation:

  1. Update lodash to 4.17.21.
  2. Run the tests.
  3. Deploy it.

Seen on:
- FS-01
- FS-02
Nothing else.
Cause:
The disk was full.
It is not now.`

describe('the list of a sentence', () => {
  it.each([
    ['Remediation:', ['1. Update lodash to 4.17.21.', '2. Run the tests.', '3. Deploy it.']],
    ['Update lodash to 4.17.21.', ['1. Update lodash to 4.17.21.', '2. Run the tests.', '3. Deploy it.']],
    ['Deploy it.', ['1. Update lodash to 4.17.21.', '2. Run the tests.', '3. Deploy it.']],
    ['Seen on:', ['- FS-01', '- FS-02']],
    ['Cause:', ['The disk was full.']],
  ])('"%s" is whole', (sentence, items) => {
    expect(listOf(text, sentence)).toEqual(items)
  })

  it.each(['Known weakness in lodash.', 'Nothing else.', 'FS-01', 'What stands nowhere.'])(
    '"%s" is none',
    (sentence) => {
      expect(listOf(text, sentence)).toEqual([])
    },
  )

  it('has eight items at most, and none that is no step', () => {
    const many = ['Steps:', ...Array.from({ length: 20 }, (_, index) => `${index + 1}. Do ${index}.`)].join('\n')
    expect(listOf(many, 'Steps:')).toHaveLength(8)
    expect(listOf(`Steps:\n- ${'x'.repeat(1_000)}\n- Do it.`, 'Steps:')).toEqual([])
  })
})
