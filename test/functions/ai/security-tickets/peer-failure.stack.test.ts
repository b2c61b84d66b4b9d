import { describe, expect, inject, it } from 'vitest'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import {
  type SecurityTicketing,
  detection,
  detectionEvent,
  detectionsOfOneCause,
  startSecurityTicketing,
  textsOf,
} from '../../../support/detections.ts'
import { isLong } from '../../../support/thoroughness.ts'

const stack = inject('stack')

/** A client of PSA that asks once and does not wait long. */
const impatient = { timeouts: { attemptMs: 700, deadlineMs: 1_500 }, retries: { max: 0 }, breaker: { failures: 100 } }

type Case = readonly [title: string, fault: Fault, code: string]

const cases: readonly Case[] = [
  ['answers 503', { kind: 'status', status: 503 }, 'peer-unavailable'],
  ['cuts the connection', { kind: 'reset-connection' }, 'peer-unavailable'],
  ['does not answer', { kind: 'hang' }, 'peer-timeout'],
  ['refuses our key', { kind: 'expired-key' }, 'peer-unauthorized'],
  ['answers in another shape', { kind: 'wrong-body' }, 'peer-invalid-response'],
  ['makes the ticket and does not say so', { kind: 'commit-then-hang', operation: 'createTicket' }, 'peer-timeout'],
  ['makes the ticket and answers 500', { kind: 'commit-then-status', operation: 'createTicket' }, 'peer-unavailable'],
]

/** Each detection is there once, on one ticket. */
const expectEachOnce = async ({ psa }: SecurityTicketing, found: readonly { readonly summary: string }[]) => {
  const [ticket, ...others] = await psa.tickets()
  expect(others).toEqual([])
  const texts = ticket ? textsOf(ticket) : []
  expect(texts).toHaveLength(found.length)
  for (const { summary } of found) expect(texts.filter((text) => text.includes(summary))).toHaveLength(1)
}

describe('a critical detection while PSA fails', () => {
  it.each(cases)('is an error when PSA %s, and one ticket when it works again', async (_, fault, code) => {
    const ticketing = await startSecurityTicketing(stack, { psa: impatient })
    const { psa, handle, unfinished, markers } = ticketing
    const found = detection()
    await psa.setFaults(fault)
    await expect(handle(found)).rejects.toMatchObject({ code })
    expect(await markers()).toHaveLength(1)
    await psa.clearFaults()
    expect(await handle(found)).toBe('completed')
    await expectEachOnce(ticketing, [found])
    expect(await unfinished()).toBe(0)
    expect(await markers()).toEqual([])
  })

  it('is noted in the words in which it was told first, when it is told again in others', async () => {
    const { psa, handle } = await startSecurityTicketing(stack, { psa: impatient })
    const [first, second] = detectionsOfOneCause([0, 5]) as [Found, Found]
    await handle(first)
    await psa.setFaults({ kind: 'commit-then-status', status: 503, operation: 'addNote' })
    await expect(handle(second)).rejects.toMatchObject({ code: 'peer-unavailable' })
    await psa.setFaults({ kind: 'status', status: 503, operation: 'addNote' })
    const third = detection({ cause: first.cause, client_id: first.client_id })
    await expect(handle(third)).rejects.toMatchObject({ code: 'peer-unavailable' })
    await psa.clearFaults()
    for (const found of [second, third]) await handle({ ...found, summary: 'In other words.' })
    const [ticket] = await psa.tickets()
    const texts = ticket?.notes.map(({ text }) => text) ?? []
    expect(texts).toHaveLength(2)
    for (const { summary } of [second, third]) expect(texts.join()).toContain(summary)
    expect(texts.join()).not.toContain('In other words.')
  })

  it('is finished by the next one of its group, whose note it then gets', async () => {
    const ticketing = await startSecurityTicketing(stack, { psa: impatient })
    const { psa, handle, unfinished } = ticketing
    const [first, second] = detectionsOfOneCause([0, 5]) as [Found, Found]
    await psa.setFaults({ kind: 'status', status: 503, operation: 'createTicket' })
    await expect(handle(first)).rejects.toMatchObject({ code: 'peer-unavailable' })
    expect(await psa.tickets()).toEqual([])
    await psa.clearFaults()
    expect(await handle(second)).toBe('completed')
    await expectEachOnce(ticketing, [first, second])
    expect(await unfinished()).toBe(1)
    expect(await handle(first)).toBe('completed')
    expect(await handle(first)).toBe('duplicate')
    await expectEachOnce(ticketing, [first, second])
    expect(await unfinished()).toBe(0)
  })

  it.each([
    ['addNote', 'commit-then-hang'],
    ['addNote', 'commit-then-status'],
    ['addNote', 'status'],
    ['getTicket', 'hang'],
  ] as const)('is noted once when %s ends with %s', async (operation, kind) => {
    const ticketing = await startSecurityTicketing(stack, { psa: impatient })
    const { psa, handle } = ticketing
    const [first, second] = detectionsOfOneCause([0, 5]) as [Found, Found]
    await handle(first)
    await psa.setFaults({ operation, kind })
    await expect(handle(second)).rejects.toMatchObject({ code: expect.stringMatching(/^peer-/) as string })
    await psa.clearFaults()
    expect(await handle(second)).toBe('completed')
    await expectEachOnce(ticketing, [first, second])
  })

  it('is noted once when the ticket is closed before the note is known to be there, and opens it', async () => {
    const { psa, handle } = await startSecurityTicketing(stack, { psa: impatient })
    const [first, second] = detectionsOfOneCause([0, 5]) as [Found, Found]
    await handle(first)
    const [made] = await psa.tickets()
    await psa.setFaults({ operation: 'addNote', kind: 'commit-then-hang' })
    await expect(handle(second)).rejects.toMatchObject({ code: 'peer-timeout' })
    await psa.clearFaults()
    await psa.change(made?.id ?? '', { status: 'closed' })
    expect(await handle(second)).toBe('completed')
    const [ticket] = await psa.tickets()
    expect(ticket).toMatchObject({ status: 'open' })
    expect(ticket?.notes.filter(({ text }) => text.includes(second.summary))).toHaveLength(1)
  })

  it('opens a closed ticket once, although somebody closed it again before that was known', async () => {
    const ticketing = await startSecurityTicketing(stack, { psa: impatient })
    const { psa, handle } = ticketing
    const [first, second] = detectionsOfOneCause([0, 5]) as [Found, Found]
    await handle(first)
    const id = (await psa.tickets())[0]?.id ?? ''
    await psa.change(id, { status: 'closed' })
    await psa.setFaults({ operation: 'reopenTicket', kind: 'commit-then-hang' })
    await expect(handle(second)).rejects.toMatchObject({ code: 'peer-timeout' })
    await psa.clearFaults()
    await psa.change(id, { status: 'closed' })
    expect(await handle(second)).toBe('completed')
    expect(await psa.tickets()).toMatchObject([{ status: 'closed' }])
    await expectEachOnce(ticketing, [first, second])
  })

  it('is on one ticket when many come while PSA fails now and then', async () => {
    const ticketing = await startSecurityTicketing(stack, { psa: { ...impatient, retries: { max: 0 } } })
    const { psa, handle, markers } = ticketing
    const found = detectionsOfOneCause(Array.from({ length: 20 }, (_, index) => index))
    const kinds = ['commit-then-status', 'status', 'reset-connection'] as const
    await psa.setFaults(...kinds.map((kind, seed) => ({ kind, probability: 0.2, seed })))
    let open: readonly Found[] = found
    for (let round = 0; round < 8 && open.length > 0; round += 1) {
      if (round === 6) await psa.clearFaults()
      const outcomes = await Promise.allSettled(open.map(handle))
      open = open.filter((_, index) => outcomes[index]?.status === 'rejected')
    }
    expect(open).toEqual([])
    await expectEachOnce(ticketing, found)
    expect(await markers()).toEqual([])
  })
})

describe('a ticket that PSA refuses', () => {
  const refusing = async () => {
    const ticketing = await startSecurityTicketing(stack)
    const { mapClient, psa } = ticketing
    await mapClient({ clientId: 'client-1', name: 'Fabrikam', psaCompanyId: 'company-before' })
    await psa.setCompanies(['company-before', 'company-right'])
    await psa.setFaults({ operation: 'createTicket', kind: 'status', status: 422 })
    return ticketing
  }
  const mend = async ({ mapClient, psa }: SecurityTicketing) => {
    await mapClient({ clientId: 'client-1', name: 'Fabrikam', psaCompanyId: 'company-right' })
    await psa.clearFaults()
  }

  it('is parked with an incident that wakes somebody up, and made by the replay after the cause was mended', async () => {
    const ticketing = await refusing()
    const { tenantId, psa, deliver, incidents, parked, markers, unfinished } = ticketing
    const found = detection({ client_id: 'client-1' })
    const event = detectionEvent(tenantId, found)
    await deliver(event)
    expect(await psa.tickets()).toEqual([])
    expect(await incidents()).toMatchObject([
      {
        integration: 'defend→psa',
        operation: 'create security ticket',
        severity: 'high',
        code: 'peer-rejected',
        state: 'open',
        count: 1,
        facts: { peer: 'psa', peerStatus: 422 },
      },
    ])
    expect(await parked()).toMatchObject([{ messageId: event.id, code: 'peer-rejected', state: 'parked' }])
    // Its replay is awaited, not the night.
    expect(await markers()).toEqual([])

    await mend(ticketing)
    await deliver(event)
    expect(await psa.tickets()).toMatchObject([{ board: 'service', companyId: 'company-right', notes: [] }])
    await expectEachOnce(ticketing, [found])
    expect(await unfinished()).toBe(0)
    expect(await markers()).toEqual([])
  })

  it('is refused again as long as nothing was mended', async () => {
    const ticketing = await refusing()
    const { handle, psa } = ticketing
    const found = detection({ client_id: 'client-1' })
    for (const _ of [1, 2, 3]) await expect(handle(found)).rejects.toMatchObject({ code: 'peer-rejected' })
    expect((await psa.requests()).createTicket).toBe(3)
  })

  it('is begun again by another detection of its group, with the words of the first', async () => {
    const ticketing = await refusing()
    const { psa, handle } = ticketing
    const [first, second] = detectionsOfOneCause([0, 5], { client_id: 'client-1' }) as [Found, Found]
    for (const found of [first, second]) await expect(handle(found)).rejects.toMatchObject({ code: 'peer-rejected' })
    await mend(ticketing)
    expect(await handle(second)).toBe('completed')
    const [ticket] = await psa.tickets()
    expect(ticket).toMatchObject({ companyId: 'company-right', board: 'service' })
    expect(ticket?.description).toContain(first.summary)
    expect(await handle(first)).toBe('completed')
    await expectEachOnce(ticketing, [first, second])
  })

  it('is made once when all that were parked are replayed at once', async () => {
    const ticketing = await refusing()
    const { handle, unfinished } = ticketing
    const found = detectionsOfOneCause(
      Array.from({ length: isLong ? 30 : 12 }, (_, index) => index),
      { client_id: 'client-1' },
    )
    const refused = await Promise.allSettled(found.map(handle))
    for (const outcome of refused)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'peer-rejected' } })
    await mend(ticketing)
    for (const outcome of await Promise.all(found.map(handle))) expect(outcome).toBe('completed')
    await expectEachOnce(ticketing, found)
    expect(await unfinished()).toBe(0)
  })
})

describe('a ticket of a company that PSA does not know', () => {
  it('waits on the triage board, and an incident names client and company', async () => {
    const ticketing = await startSecurityTicketing(stack)
    const { tenantId, psa, mapClient, deliver, handle, incidents, parked, markers, unfinished } = ticketing
    for (const number of [1, 2])
      await mapClient({ clientId: `client-${number}`, name: `Client ${number}`, psaCompanyId: `company-${number}` })
    const first = detection({ client_id: 'client-1' })
    await deliver(detectionEvent(tenantId, first))
    await handle(detection({ client_id: 'client-2' }))
    const triage = { board: 'triage', companyId: null }
    expect(await psa.tickets()).toMatchObject([triage, triage])
    expect(await parked()).toEqual([])
    expect(await markers()).toEqual([])
    expect(await unfinished()).toBe(0)
    const incidentOfClient = (number: number) => ({
      integration: 'defend→psa',
      code: 'company-unknown',
      severity: 'high',
      state: 'open',
      count: 1,
      facts: { peer: 'psa', peerStatus: 422, subjects: [`client client-${number}`, `company company-${number}`] },
    })
    expect(await incidents()).toMatchObject([incidentOfClient(2), incidentOfClient(1)])

    // A success of another client mends nothing of that.
    await psa.setCompanies(['company-2'])
    await deliver(detectionEvent(tenantId, detection({ client_id: 'client-2' })))
    expect((await psa.tickets()).filter(({ companyId }) => companyId === 'company-2')).toHaveLength(1)
    expect(await incidents()).toMatchObject([{ state: 'open' }, { state: 'open' }])
  })
})

type Found = ReturnType<typeof detection>
