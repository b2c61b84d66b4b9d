import { describe, expect, it } from 'vitest'
import { detectionOf } from '../../../../functions/ai/security-tickets/detection.ts'
import { draftOf, noteOf } from '../../../../functions/ai/security-tickets/ticket-draft.ts'
import { type Event, readEvent } from '../../../../shared/bus/event.ts'
import { AppError } from '../../../../shared/errors.ts'
import { PsaNoteDraft, PsaTicketDraft } from '../../../../shared/peers/psa/ticket-contract.ts'
import { detection, detectionEvent } from '../../../support/detections.ts'

const tenantId = 'tenant-1'
const settings = {
  ticketBoard: 'service',
  severityMapping: { critical: 'P1', high: 'P2', medium: 'P3', low: 'P4' },
} as const

/** As the bus brings it. */
const read = (data: object, envelope: object = {}) => {
  const body = { ...detectionEvent(tenantId, detection()), time: '2026-03-01T09:00:00Z', ...envelope, data }
  const event = readEvent(JSON.parse(JSON.stringify(body)), { sentBy: 'defend', receivedAt: new Date() })
  return event as Event<'defend.detection.created'>
}

const texts = (data: object) => {
  const found = detectionOf(read(data))
  const { title, description, links } = PsaTicketDraft.parse(draftOf(tenantId, found, { client: undefined, settings }))
  const note = PsaNoteDraft.parse({ reference: 'r', text: noteOf(found), internal: true }).text
  return { title, description, links, note }
}

const without = (...names: readonly string[]) =>
  Object.fromEntries(Object.entries(detection()).filter(([name]) => !names.includes(name)))

describe('a detection that does not tell everything is a ticket that says so', () => {
  it.each([
    ['no title', without('title'), 'Missing from Defend: title.'],
    ['an empty summary', { ...detection(), summary: '' }, 'Missing from Defend: summary.'],
    ['no summary', without('summary'), 'Missing from Defend: summary.'],
    ['no cause', without('cause'), 'Missing from Defend: cause.'],
    ['no time', without('detected_at'), 'Missing from Defend: detection time'],
    ['no device', without('device'), 'Affected device: not specified.'],
    ['null for a device', { ...detection(), device: null }, 'Affected device: not specified.'],
    ['a device that is a text', { ...detection(), device: 'srv-dc-01' }, 'Affected device: not specified.'],
    ['no link', without('url'), 'Open in Defend: the link from Defend is not valid.'],
    ['a link that is none', { ...detection(), url: 'javascript:alert(1)' }, 'Open in Defend: the link from Defend'],
    ['no steps', without('remediation'), 'Recommended remediation: not specified.'],
    [
      'steps that are a text',
      { ...detection(), remediation: 'Isolate it.' },
      'Recommended remediation: not specified.',
    ],
    ['no more than its id and severity', { detection_id: 'd-1', severity: 'critical' }, 'Missing from Defend: title,'],
  ])('%s', (_, data, said) => {
    const { description, note } = texts(data)
    expect(description).toContain(said)
    expect(note).toContain(said)
  })

  it('with no device in its title', () => {
    expect(texts({ ...without('device'), title: 'Impossible travel' }).title).toBe('[Critical] Impossible travel')
  })

  it('and one that tells all says nothing of the kind', () => {
    const { description, note } = texts(detection())
    for (const text of [description, note]) expect(text).not.toMatch(/Not told|Shortened/)
  })

  it.each([
    ['title', { title: 't'.repeat(5_000) }],
    ['summary', { summary: 's'.repeat(60_000) }],
    ['host name', { device: { id: 'd', hostname: 'h'.repeat(5_000) } }],
    ['remediation', { remediation: Array.from({ length: 31 }, (_, index) => `Step ${index}`) }],
    ['remediation', { remediation: ['s'.repeat(1_001)] }],
    ['summary, remediation', { summary: 's'.repeat(9_999), remediation: Array(30).fill('r'.repeat(1_000)) }],
  ])('is cut where its %s is too long, and says so', (name, given) => {
    const { description, note } = texts({ ...detection(), ...given })
    for (const text of [description, note]) expect(text).toContain(`Shortened here, complete in Defend: ${name}`)
  })
})

describe('a detection is read', () => {
  it.each([['Critical'], ['CRITICAL']])('with the severity %s', (severity) => {
    expect(read({ ...detection(), severity }).data.severity).toBe('critical')
  })

  it('with a severity that is not known as such', () => {
    expect(read({ ...detection(), severity: 'catastrophic' }).data.severity).toBe('unknown')
  })

  it.each([
    ['2026-03-01T10:00:00+00:00', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00.5-02:00', '2026-03-01T12:00:00.500Z'],
  ])('with the time %s', (detected_at, utc) => {
    expect(detectionOf(read({ ...detection(), detected_at })).detected_at).toBe(utc)
  })

  it('at the time of its event when it tells none', () => {
    expect(detectionOf(read(without('detected_at'))).detected_at).toBe('2026-03-01T09:00:00.000Z')
  })

  it('without a cause as one of its own', () => {
    const [one, other] = [without('cause'), without('cause')].map((data) => detectionOf(read(data)).cause)
    expect(one).not.toBe(other)
  })

  it('with ids of any length, which stay apart', () => {
    const idOf = (detection_id: string) => detectionOf(read({ ...detection(), detection_id })).detection_id
    expect(idOf('x'.repeat(200))).toBe('x'.repeat(200))
    expect(idOf('x'.repeat(50_000)).length).toBeLessThan(100)
    expect(idOf('x'.repeat(50_000))).toBe(idOf('x'.repeat(50_000)))
    expect(idOf('x'.repeat(50_000))).not.toBe(idOf('x'.repeat(50_001)))
    expect(idOf('d-\ud800')).not.toBe(idOf('d-\ud801'))
  })

  it.each([
    ['detection_id', without('detection_id')],
    ['detection_id', { ...detection(), detection_id: '' }],
    ['severity', without('severity')],
  ])('never without its %s, and the refusal names it', (name, data) => {
    expect(() => read(data)).toThrow(AppError)
    expect(() => read(data)).toThrow(`lacks what is needed: ${name} (`)
  })
})
