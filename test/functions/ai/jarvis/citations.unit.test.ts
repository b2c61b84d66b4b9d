import { describe, expect, it } from 'vitest'
import { citationsIn } from '../../../../functions/ai/jarvis/citations.ts'
import type { ShownRecord } from '../../../../functions/ai/jarvis/context-window.ts'
import { growthOf } from '../../../support/processor-time.ts'

const record = (id: string, facts: readonly string[]) =>
  ({
    id,
    record: { source: 'psa', title: `Ticket ${id}`, url: `https://psa.example/${id}`, name: id },
    facts: facts.map((fact) => ({ id: `${id}.${fact}`, label: fact, text: `What ${fact} says` })),
  }) as unknown as ShownRecord
const shown = [record('r1', ['status', 'note-1']), record('r2', ['status'])]

const idsIn = (answer: string): readonly string[] => citationsIn(answer, shown).map(({ id }) => id)

describe('the citations of an answer', () => {
  it.each([
    ['alone', 'It is open [r1.status].', ['r1.status']],
    ['of the record itself', 'It is a ticket [r2].', ['r2']],
    [
      'several in one place',
      'Both are open [r1.status, r2.status;r1.note-1].',
      ['r1.status', 'r2.status', 'r1.note-1'],
    ],
    ['as the gate writes them', 'It is open \\[r1.status\\].', ['r1.status']],
    ['with a comma too many', 'It is open [r1.status, ].', ['r1.status']],
    ['invented', 'It is open [r9.status].', []],
    ['that is not closed', 'It is open [r1.status', []],
  ])('are found: %s', (_, answer, ids) => {
    expect(idsIn(answer)).toEqual(ids)
  })

  it.each(['r1r1r1r1r1.', 'r1.', 'r1,', '[r1.a', 'r1.status , ', '[r1,'])(
    'are looked for in a time that grows with the answer alone: %j',
    (bit) => {
      const { ms, msMax } = growthOf((text) => citationsIn(`[${text}`, shown), bit)
      expect(ms).toBeLessThan(msMax)
    },
  )
})
