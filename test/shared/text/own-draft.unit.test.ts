// A draft of the AI Platform in what people have written: it is taken out, and nothing else.
import { describe, expect, it } from 'vitest'
import { noteOf } from '../../../functions/ai/root-causes/note.ts'
import { withoutDrafts } from '../../../shared/text/own-draft.ts'

const draft = noteOf({
  timeline: [{ at: '2026-11-27T09:10:00Z', text: 'Opened', evidence: ['ticket.opened'] }],
  hypotheses: [{ statement: 'The disk is full.', state: 'supported', evidence: ['disk-1'] }],
  openQuestions: [],
  facts: [
    { id: 'disk-1', label: 'Disk', product: 'rmm', kind: 'device', recordId: 'd1', recordName: 'RMM device FS-02' },
  ],
  sources: [
    { product: 'psa', kind: 'ticket', id: 'T1', name: 'PSA ticket', outcome: 'read' },
    { product: 'rmm', kind: 'device', id: 'd1', name: 'RMM device', outcome: 'unavailable' },
  ],
  model: 'rules',
  label: 'No model has read it.',
  writtenAt: '2026-11-27T10:00:00Z',
})

describe('a text with a draft of the AI Platform', () => {
  it('is what others wrote before and after it', () => {
    expect(withoutDrafts(`See below.\n\n${draft}\n\nI have cleaned the disk.`)).toBe(
      'See below.\n\n\nI have cleaned the disk.',
    )
    expect(withoutDrafts(`${draft}\n\nFirst.\n\n${draft}\n\nSecond.`)).toBe('\nFirst.\n\n\nSecond.')
  })

  it('is nothing when the draft is all of it, or was cut off', () => {
    expect(withoutDrafts(draft)).toBe('')
    expect(withoutDrafts(draft.slice(0, 200))).toBe('')
  })

  it('without one stays as it is', () => {
    expect(withoutDrafts('Root cause: a full disk.\n\nSources:\n- me')).toBe(
      'Root cause: a full disk.\n\nSources:\n- me',
    )
  })
})
