// What a person reads of an answer of Jarvis: facts in brackets, drafts called drafts, and each citation with what it is cited for.
import { describe, expect, it } from 'vitest'
import { citationsIn } from '../../../../functions/ai/jarvis/citations.ts'
import { shownRecords } from '../../../../functions/ai/jarvis/context-window.ts'
import { withQuotedFacts } from '../../../../functions/ai/jarvis/quoted-facts.ts'
import { shownAnswer } from '../../../../functions/ai/jarvis/shown-answer.ts'
import type { Fact } from '../../../../shared/context/context.ts'

const filler = Array.from({ length: 40 }, (_, index) => `Line ${index} of the log is about nothing.`).join(' ')
const facts: readonly Fact[] = [
  { id: 'opened', label: 'Opened', text: '2026-11-30T08:00:00.123Z' },
  { id: 'description', label: 'Description', text: `${filler} Update lodash to 4.17.21. Then restart app_1.` },
  { id: 'note-1', label: 'Note of 2026-11-30T08:00:07Z', text: 'It began at 2026-11-30T07:59:00.500Z.' },
  {
    id: 'draft-1',
    label: 'Draft of the AI Platform',
    text: `${filler} - supported: The disk is full. (d1)`,
    isOwnDraft: true,
  },
]
const source = { product: 'psa', kind: 'ticket', id: 'T1' } as const
const record = {
  kind: 'read',
  source,
  name: 'PSA ticket',
  title: 'T1',
  url: 'https://psa.example/T1',
  facts,
  isCut: false,
} as const
const shown = shownRecords([[0, record]])

const asShown = (answer: string, size = answer.length): string => {
  const { push, end } = shownAnswer(shown)
  const parts = Array.from({ length: Math.ceil(answer.length / size) }, (_, at) =>
    answer.slice(at * size, (at + 1) * size),
  )
  return parts.map(push).join('') + end()
}

describe('an answer of Jarvis', () => {
  it.each([
    ['The disk is full [r1.draft-1].', 'Draft, not confirmed: The disk is full [r1.draft-1].'],
    [
      'It is open [r1.opened]. The disk is full. [r1.draft-1] Done.',
      'It is open [r1.opened]. Draft, not confirmed: The disk is full. [r1.draft-1] Done.',
    ],
    [
      '- The disk is full \\[r1.opened, r1.draft-1\\]\n- Fine',
      '- Draft, not confirmed: The disk is full [r1.opened, r1.draft-1]\n- Fine',
    ],
    ['| Disk | full [r1.draft-1] |', '| Disk | full (Draft, not confirmed) [r1.draft-1] |'],
    ['A draft says that the disk is full [r1.draft-1].', 'A draft says that the disk is full [r1.draft-1].'],
  ])('calls a draft what rests on one: %s', (answer, expected) => {
    expect(asShown(answer)).toBe(expected)
  })

  it('has facts in plain brackets, and no other bracket changed', () => {
    expect(asShown('Yes \\[r1.opened\\], \\[r1\\], \\[r9.x\\] \\[a\\] \\[r1.opened\\](x) \\[r1\\]: y')).toBe(
      'Yes [r1.opened], [r1], \\[r9.x\\] \\[a\\] \\[r1.opened\\](x) \\[r1\\]: y',
    )
  })

  it('is the same in parts of any size', () => {
    const answer = 'One. [r1.opened] Two \\[r1.draft-1\\]! "Three." \\[r1.draft-1\\]\n\n1. Four? [r1.note-1] Five'
    for (const size of [1, 2, 3, 7, 20]) expect(asShown(answer, size)).toBe(asShown(answer))
  })
})

describe('a citation', () => {
  const citedIn = (answer: string) => withQuotedFacts(citationsIn(answer, shown), answer, shown)

  it('shows the sentences that the answer quotes of a long fact, each in its order', () => {
    const [one] = citedIn('Then restart app\\_1. [r1.description]\nUpdate lodash to 4.17.21. \\[r1.description\\]')
    expect(one?.text).toBe('… Update lodash to 4.17.21. … Then restart app_1.')
  })

  it('shows the sentence that says most of what the answer says in other words', () => {
    expect(citedIn('You have to update lodash [r1.description].')[0]?.text).toBe('… Update lodash to 4.17.21.')
  })

  it('shows the claim of a draft that is quoted', () => {
    expect(citedIn('Draft, not confirmed: The disk is full. [r1.draft-1]')[0]?.text).toContain('The disk is full.')
  })

  it('shows the beginning where that is what is quoted, and a short fact as a whole', () => {
    const cited = citedIn('Line 0 of the log is about nothing. [r1.description] It is so [r1.note-1].')
    expect(cited[0]?.text).toMatch(/^Line 0 of the log/)
    expect(cited[1]?.text).toBe('It began at 2026-11-30T07:59:00.500Z.')
  })

  it('tells times as people read them, and leaves those that somebody wrote', () => {
    const [opened, note] = citedIn('It is so [r1.opened, r1.note-1].')
    expect([opened?.text, note?.label]).toEqual(['2026-11-30 08:00 UTC', 'Note of 2026-11-30 08:00:07 UTC'])
  })
})
