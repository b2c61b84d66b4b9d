import { describe, expect, it } from 'vitest'
import { questionOf as narrativeQuestion } from '../../../../functions/ai/results/attack-narrative/question.ts'
import { questionOf as recapQuestion } from '../../../../functions/ai/results/call-recap/question.ts'
import { AttackNarrativeInput } from '../../../../functions/ai/features/defend/attack-narrative/contract.ts'
import { CallRecapInput } from '../../../../functions/ai/features/voice/call-recap/contract.ts'
import type { ReadInvestigation } from '../../../../shared/peers/defend/investigations-client.ts'
import type { Question } from '../../../../shared/results/result.ts'
import { callBegan, investigation, said } from '../../../support/evidence.ts'

const asked = (changes: Partial<ReadInvestigation>): Question =>
  narrativeQuestion({ ...investigation(), id: 'i1', clientId: 'c1', ...changes }) as Question
const eventsOf = (question: Question) => AttackNarrativeInput.parse(question.input).events

const detection = (id: string, changes: object = {}) => ({
  id,
  at: '2026-11-27T09:20:00Z',
  kind: 'detection' as const,
  device: 'SRV-02',
  ...changes,
})
const only = { processes: [], movements: [] }

describe('an investigation as a question', () => {
  it('tells of each process by which one it was started, and survives circles and orphans', () => {
    const process = { at: '2026-11-27T09:00:00Z', device: 'D', image: 'a.exe' }
    const processes = [
      { ...process, id: 'a', parentId: 'b', image: 'a.exe' },
      { ...process, id: 'b', parentId: 'a', image: 'b.exe' },
      { ...process, id: 'c', parentId: 'gone', image: 'c.exe' },
    ]
    const events = eventsOf(asked({ processes, movements: [], actions: [] }))
    expect(events.map(({ process: name, parentProcess }) => [name, parentProcess])).toEqual([
      ['a.exe', 'b.exe'],
      ['b.exe', 'a.exe'],
      ['c.exe', undefined],
    ])
  })

  it('tells a movement as a logon on the device that was reached', () => {
    const [event] = eventsOf(asked({ processes: [], actions: [] }))
    expect(event).toMatchObject({ kind: 'logon', device: 'SRV-02', fromDevice: 'FIN-01', target: 'RDP' })
  })

  it('takes ids of any kind, and gives them back as Defend has them', () => {
    const ids = ['{6f1b-ü}', 'e-1', 'plain']
    const question = asked({ ...only, actions: ids.map((id) => detection(id)) })
    const sent = eventsOf(question).map(({ id }) => id)
    expect(new Set(sent).size).toBe(3)
    expect(sent).not.toContain('{6f1b-ü}')
    const answer = { sentences: [{ text: 'All.', evidence: sent }], techniques: [] } as never
    expect(question.contentOf(answer)).toMatchObject({ sentences: [{ evidence: ids }] })
  })

  it('keeps detections and techniques where there are too many events, and counts what is left out', () => {
    const plain = Array.from({ length: 450 }, (_, index) =>
      detection(`n${index}`, { kind: 'network_connection', at: '2026-11-27T08:00:00Z' }),
    )
    const question = asked({ ...only, actions: [...plain, detection('d1')], moreEvents: 9 })
    expect(eventsOf(question)).toHaveLength(300)
    expect(eventsOf(question).map(({ id }) => id)).toContain('d1')
    expect(question.leftOut).toBe(151 + 9)
  })

  it('leaves out what cannot be told: kinds that are not known, and techniques without an id', () => {
    const actions = [
      detection('u', { kind: 'unknown' }),
      detection('d', { technique: { id: 'TA0001', name: 'Initial Access' } }),
    ]
    const events = eventsOf(asked({ ...only, actions }))
    expect(events.map(({ id, technique }) => [id, technique])).toEqual([['d', undefined]])
  })

  it('counts an id once, as the first one that has it', () => {
    const events = eventsOf(
      asked({ ...only, actions: [detection('d', { target: 'one' }), detection('d', { target: 'two' })] }),
    )
    expect(events).toMatchObject([{ id: 'd', target: 'one' }])
  })

  it('is none without events', () => {
    expect(asked({ ...only, actions: [] })).toBe('none')
  })

  it.each(['', ' ', 'x'.repeat(9_000), '\u202e\u0000'])('fits the feature whatever stands in its texts', (text) => {
    const whole = investigation()
    const changed = {
      title: text,
      processes: whole.processes.map((one) => ({ ...one, device: text, image: text, commandLine: text, user: text })),
      movements: whole.movements.map((one) => ({ ...one, fromDevice: text, toDevice: text, user: text })),
      actions: whole.actions.map((one) => ({ ...one, device: text, target: text })),
    }
    expect(eventsOf(asked(changed))).toHaveLength(5)
  })
})

const transcript = (lines: readonly { seconds: number; speaker: string; text: string }[]) => ({
  id: 'c',
  clientId: null,
  startedAt: callBegan,
  state: 'ready' as const,
  leftOut: 0,
  lines: lines.map(({ seconds, ...line }, index) => ({
    number: index + 1,
    at: new Date(Date.parse(callBegan) + seconds * 1_000).toISOString(),
    ...line,
  })),
})
const segmentsOf = (question: ReturnType<typeof recapQuestion>) =>
  CallRecapInput.parse((question as Question).input).segments

describe('a call as a question', () => {
  it('names each line by its number, with the second at which it was said', () => {
    const segments = segmentsOf(recapQuestion(transcript(said), 'UTC'))
    expect(segments.map(({ id, at }) => [id, at])).toEqual([
      ['l-1', 0],
      ['l-2', 6],
      ['l-3', 15],
      ['l-4', 31],
    ])
  })

  it('leaves out the middle of one that is too long, and counts it', () => {
    const lines = Array.from({ length: 100 }, (_, index) => ({
      seconds: index,
      speaker: 'A',
      text: `${index} ${'word '.repeat(780)}`,
    }))
    const question = recapQuestion(transcript(lines), 'UTC') as Question
    const ids = segmentsOf(question).map(({ id }) => id)
    expect(ids[0]).toBe('l-1')
    expect(ids.at(-1)).toBe('l-100')
    expect(ids).not.toContain('l-50')
    expect(question.leftOut).toBe(100 - ids.length)
  })

  it('is none where nothing was said', () => {
    expect(recapQuestion(transcript([{ seconds: 0, speaker: 'A', text: ' ' }]), 'UTC')).toBe('none')
  })

  it('fits the feature with lines from before the call, and speakers without a name', () => {
    const lines = [{ seconds: -5, speaker: '', text: 'x'.repeat(9_000) }]
    expect(segmentsOf(recapQuestion(transcript(lines), 'UTC'))).toMatchObject([{ at: 0, speaker: 'Unknown speaker' }])
  })
})
