import { beforeAll, describe, expect, inject, it } from 'vitest'
import { newClient } from '../../../support/browser-client.ts'
import { seenAgain, vulnerability } from '../../../support/findings.ts'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import { oneOfEach } from '../../../support/thoroughness.ts'
import { type TicketList, type Ticketing, startTicketing } from '../../../support/ticketing.ts'

const stack = inject('stack')

/** Files so many, one after the other; their ids, newest first. */
const fileSome = async ({ file }: Ticketing, count: number): Promise<string[]> => {
  const ids: string[] = []
  for (let filed = 0; filed < count; filed += 1) ids.unshift((await file(vulnerability())).ticket.id ?? '')
  return ids
}

const idsOf = ({ tickets }: TicketList): (string | null)[] => tickets.map(({ id }) => id)

describe.concurrent('the list of Code-created tickets', () => {
  let reader: Ticketing
  beforeAll(async () => {
    reader = await startTicketing(stack)
  })

  it('is refused without credentials', async () => {
    const response = await newClient(stack.urls).fetch('/api/code/tickets')
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ type: 'urn:theonestack:problem:unauthenticated' })
  })

  it.each([
    ['limit=0', 'query.limit'],
    ['limit=101', 'query.limit'],
    ['limit=ten', 'query.limit'],
    ['findingId=', 'query.findingId'],
    ['tenantId=tenant-northwind', 'query.tenantId'],
    ['cursor=broken', 'query.cursor'],
    ['status=done', 'query.status'],
    ['status=', 'query.status'],
    ['type=bug', 'query.type'],
    ['repositoryId=', 'query.repositoryId'],
    ['clientName=', 'query.clientName'],
    ['client=Contoso', 'query.client'],
  ])('answers 400 to %s, and names the field', async (query, path) => {
    const { client } = reader
    const response = await client.fetch(`/api/code/tickets?${query}`)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toEqual({
      type: 'urn:theonestack:problem:validation-failed',
      title: 'The request is not valid',
      status: 400,
      detail: expect.any(String) as string,
      correlationId: response.headers.get('x-correlation-id'),
      errors: [{ path, message: expect.any(String) as string }],
    })
  })

  it('is empty before anything was filed', async () => {
    const { list, psa } = await startTicketing(stack)
    expect(await list()).toEqual({ tickets: [], psaAvailable: true })
    expect(await psa.requests()).toEqual({})
  })

  it('is newest first', async () => {
    const ticketing = await startTicketing(stack)
    const ids = await fileSome(ticketing, 4)
    expect(idsOf(await ticketing.list())).toEqual(ids)
  })

  it('walked page by page has everything once, also what is filed meanwhile not twice', async () => {
    const ticketing = await startTicketing(stack)
    const ids = await fileSome(ticketing, 7)
    const seen: (string | null)[] = []
    let cursor: string | undefined
    for (let page = 0; page < 10; page += 1) {
      const answer = await ticketing.list({ limit: '2', ...(cursor !== undefined && { cursor }) })
      expect(answer.tickets.length).toBeLessThanOrEqual(2)
      seen.push(...idsOf(answer))
      cursor = answer.nextCursor
      if (cursor === undefined) break
      await fileSome(ticketing, 1)
    }
    expect(cursor).toBeUndefined()
    expect(seen).toEqual(ids)
  })

  it('has no next page when the last one is just full', async () => {
    const ticketing = await startTicketing(stack)
    await fileSome(ticketing, 2)
    expect((await ticketing.list({ limit: '2' })).nextCursor).toBeUndefined()
    expect((await ticketing.list({ limit: '1' })).nextCursor).toBeDefined()
  })

  it('of one finding has its ticket, and none for one that was never filed', async () => {
    const ticketing = await startTicketing(stack)
    const finding = vulnerability()
    await fileSome(ticketing, 1)
    const { ticket } = await ticketing.file(finding)
    const again = seenAgain(finding, finding.detectedAt)
    await ticketing.file(again)
    for (const { findingId } of [finding, again])
      expect(idsOf(await ticketing.list({ findingId }))).toEqual([ticket.id])
    expect(await ticketing.list({ findingId: 'never-filed' })).toEqual({ tickets: [], psaAvailable: true })
  })

  it('shows the status that PSA has now', async () => {
    const { file, list, psa } = await startTicketing(stack)
    const { ticket } = await file(vulnerability())
    for (const status of ['in_progress', 'waiting', 'resolved'] as const) {
      await psa.change(ticket.id ?? '', { status })
      expect(await list()).toMatchObject({
        tickets: [{ id: ticket.id, status: { value: status, live: true } }],
        psaAvailable: true,
      })
    }
  })

  it('shows another tenant nothing, neither by the id of a finding nor by a cursor', async () => {
    const [one, other] = [await startTicketing(stack), await startTicketing(stack)]
    const finding = vulnerability()
    await one.file(finding)
    await fileSome(one, 2)
    const { nextCursor = '' } = await one.list({ limit: '1' })
    expect(nextCursor).not.toBe('')
    const nothing = { tickets: [], psaAvailable: true }
    expect(await other.list()).toEqual(nothing)
    expect(await other.list({ findingId: finding.findingId })).toEqual(nothing)
    expect(await other.list({ cursor: nextCursor })).toEqual(nothing)
    const own = await fileSome(other, 1)
    const answer = await other.list({ cursor: nextCursor })
    expect(own).toEqual(expect.arrayContaining(idsOf(answer)))
  })
})

describe.concurrent('the list of Code-created tickets while PSA cannot be asked', () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['answers 500', { kind: 'status', status: 500 }],
    ['answers nothing', { kind: 'hang' }],
    ['refuses our key', { kind: 'expired-key' }],
    ['takes no more requests', { kind: 'rate-limit', retryAfter: '60' }],
    ['answers with a page', { kind: 'wrong-content-type' }],
    ['cuts the connection', { kind: 'reset-connection' }],
  ]
  /** An answer that does not come takes time; all others are the client's matter. */
  const isAwaited = ([, { kind }]: (typeof faults)[number]): string => String(kind === 'hang')
  it.each(oneOfEach(faults, isAwaited))('has the last known status and its age when PSA %s', async (_, fault) => {
    const { file, list, psa } = await startTicketing(stack)
    const finding = vulnerability()
    const { ticket } = await file(finding)
    await psa.change(ticket.id ?? '', { status: 'in_progress' })
    const [known] = (await list()).tickets
    await psa.change(ticket.id ?? '', { status: 'closed' })
    await psa.setFaults(fault)
    const answers = await Promise.all([list(), list({ findingId: finding.findingId })])
    for (const answer of answers) {
      expect(answer.psaAvailable).toBe(false)
      const [shown] = answer.tickets
      expect(shown).toMatchObject({ id: ticket.id, url: ticket.url, status: { value: 'in_progress', live: false } })
      expect(shown?.status.asOf).toBe(known?.status.asOf)
      const ageMs = Date.now() - Date.parse(shown?.status.asOf ?? '')
      expect(shown?.status.ageSeconds).toBeLessThanOrEqual(ageMs / 1_000)
      expect(shown?.status.ageSeconds).toBeGreaterThanOrEqual(0)
    }
  })

  it('is the present one again as soon as PSA answers', async () => {
    const { file, list, psa } = await startTicketing(stack)
    const { ticket } = await file(vulnerability())
    await psa.setFaults({ kind: 'expired-key', times: 1 })
    expect((await list()).psaAvailable).toBe(false)
    expect(await list()).toMatchObject({ tickets: [{ id: ticket.id, status: { live: true } }], psaAvailable: true })
  })

  it('shows a ticket that PSA has not made yet as being filed', async () => {
    const { post, list, psa } = await startTicketing(stack)
    const finding = vulnerability()
    await psa.setFaults({ operation: 'createTicket', kind: 'expired-key' })
    expect((await post(finding)).status).toBe(502)
    const filing = { id: null, url: null, status: { value: 'filing', live: false } }
    expect(await list()).toMatchObject({ tickets: [filing], psaAvailable: true })
    expect(await list({ findingId: finding.findingId })).toMatchObject({ tickets: [filing] })
  })
})
