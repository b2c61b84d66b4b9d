import { describe, expect, inject, it } from 'vitest'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import { vulnerability } from '../../../support/findings.ts'
import { oneOfEach } from '../../../support/thoroughness.ts'
import { startTicketing } from '../../../support/ticketing.ts'

const stack = inject('stack')

type Case = readonly [
  title: string,
  fault: Fault,
  status: number,
  code: string,
  facts: Readonly<Record<string, unknown>>,
]

/** Every way in which PSA fails, and the answer that the technician's product gets. */
const cases: readonly Case[] = [
  ['answers 500', { kind: 'status', status: 500 }, 503, 'peer-unavailable', { attempts: 4, peerStatus: 500 }],
  ['answers 503', { kind: 'status', status: 503 }, 503, 'peer-unavailable', { attempts: 4, peerStatus: 503 }],
  ['cuts the connection', { kind: 'reset-connection' }, 503, 'peer-unavailable', { attempts: 4 }],
  [
    'takes no more requests for a long while',
    { kind: 'rate-limit', retryAfter: '60' },
    503,
    'peer-unavailable',
    { attempts: 1, peerStatus: 429, retryAfterSeconds: 60 },
  ],
  ['refuses our key', { kind: 'expired-key' }, 502, 'peer-unauthorized', { attempts: 1, peerStatus: 401 }],
  ['answers in another shape', { kind: 'wrong-body' }, 502, 'peer-invalid-response', { attempts: 1, peerStatus: 200 }],
  ['answers with a page', { kind: 'wrong-content-type' }, 502, 'peer-invalid-response', { attempts: 1 }],
  ['refuses the request', { kind: 'status', status: 422 }, 502, 'peer-rejected', { attempts: 1, peerStatus: 422 }],
]

/** What the answer is made of. */
const kindOf = ([, { retryAfter }, , code]: Case): string => [code, retryAfter].join()

// Most of them wait for another try.
describe.concurrent('filing a finding while PSA fails', () => {
  it.each(oneOfEach(cases, kindOf))(
    'says so when PSA %s, and the repetition makes one ticket',
    async (_, fault, status, code, facts) => {
      const { post, file, psa, list } = await startTicketing(stack)
      const finding = vulnerability()
      await psa.setFaults(fault)
      const response = await post(finding)
      expect(response.status).toBe(status)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(await response.json()).toMatchObject({
        type: `urn:theonestack:problem:${code}`,
        status,
        peer: 'psa',
        operation: 'list tickets',
        correlationId: response.headers.get('x-correlation-id'),
        ...facts,
      })
      expect(response.headers.get('retry-after')).toBe(fault.retryAfter ?? null)
      expect(await psa.tickets()).toEqual([])

      await psa.clearFaults()
      const again = await file(finding)
      expect([200, 201]).toContain(again.status)
      expect(await psa.tickets()).toMatchObject([{ id: again.ticket.id }])
      expect((await list()).tickets).toMatchObject([{ id: again.ticket.id, status: { value: 'new', live: true } }])
    },
  )

  it('refuses when PSA lets the key not act for the tenant, and files once it may', async () => {
    const { post, file, psa } = await startTicketing(stack)
    const finding = vulnerability()
    await psa.setAccess(false)
    const response = await post(finding)
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ type: 'urn:theonestack:problem:peer-unauthorized', peerStatus: 403 })
    await psa.setAccess(true)
    expect((await file(finding)).status).toBe(201)
  })

  it('passes over a short failure without being noticed', async () => {
    const { file, psa } = await startTicketing(stack)
    await psa.setFaults({ operation: 'createTicket', kind: 'status', status: 503, times: 2 })
    expect((await file(vulnerability())).status).toBe(201)
    expect(await psa.requests()).toEqual({ listTickets: 1, createTicket: 3 })
  })

  it.each([
    ['once, and is not asked by hand again', 1],
    ['as often as it is asked', undefined],
  ] as const)('makes one ticket when PSA makes it and answers 500 %s', async (_, times) => {
    const { post, file, psa, list } = await startTicketing(stack)
    const finding = vulnerability()
    await psa.setFaults({ operation: 'createTicket', kind: 'commit-then-status', ...(times && { times }) })
    const response = await post(finding)
    expect(response.status).toBe(times ? 200 : 503)
    expect(await psa.tickets()).toHaveLength(1)
    await psa.clearFaults()
    expect((await file(finding)).status).toBe(200)
    const [made, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect((await list()).tickets).toMatchObject([{ id: made?.id, status: { value: 'new' } }])
  })

  it('is not noticed in a note that PSA keeps and answers with 500', async () => {
    const { post, file, psa } = await startTicketing(stack)
    const finding = vulnerability({ detectedAt: '2026-03-01T00:00:00Z' })
    await file(finding)
    const again = { ...finding, detectedAt: '2026-03-02T00:00:00Z' }
    await psa.setFaults({ operation: 'addNote', kind: 'commit-then-status' })
    expect((await post(again)).status).toBe(503)
    await psa.clearFaults()
    expect((await file(again)).status).toBe(200)
    const [ticket] = await psa.tickets()
    expect(ticket?.notes).toHaveLength(1)
  })
})
