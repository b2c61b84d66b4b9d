import { describe, expect, it } from 'vitest'
import { nextStep } from '../../../../functions/code/tickets/ticket-life.ts'
import type { PsaTicket } from '../../../../shared/peers/psa/ticket-contract.ts'

const lastDetectedAt = '2026-03-01T00:00:00Z'
const claim = { tenantId: 't', fingerprint: 'f', ticket: { createdAt: lastDetectedAt, ref: 'code-1' }, lastDetectedAt }

const ticket = (closedAt: string | null): PsaTicket => ({
  id: 'T20260001',
  externalReference: 'code-1',
  title: 'A ticket',
  status: closedAt === null ? 'open' : 'closed',
  priority: 'P2',
  board: 'service',
  companyId: null,
  createdAt: lastDetectedAt,
  updatedAt: lastDetectedAt,
  closedAt,
  url: 'https://psa.example/tickets/T20260001',
  assignee: null,
  version: 1,
})

const [before, same, after] = ['2026-02-28T23:59:59Z', '2026-03-01T00:00:00Z', '2026-03-01T00:00:01Z']

describe('what happens to a finding that has a ticket', () => {
  it.each([
    ['the ticket is open and the scan is the same', null, same, 'same'],
    ['the ticket is open and an older scan comes late', null, before, 'same'],
    ['the ticket is open and a later scan found it', null, after, 'note'],
    ['the time is the same one in other digits', null, '2026-03-01T00:00:00.000Z', 'same'],
    ['the later scan is a millisecond later', null, '2026-03-01T00:00:00.001Z', 'note'],
    ['the ticket is closed and the scan is the same', '2026-02-20T00:00:00Z', same, 'same'],
    ['the ticket is closed and an older scan comes late', '2026-02-20T00:00:00Z', before, 'same'],
    ['it was closed after the later scan saw it', '2026-03-05T00:00:00Z', '2026-03-04T23:59:59Z', 'same'],
    ['it was closed at the moment of the later scan', '2026-03-05T00:00:00Z', '2026-03-05T00:00:00Z', 'same'],
    ['it was seen right after being closed', '2026-03-05T00:00:00Z', '2026-03-05T00:00:00.001Z', 'reopen'],
    ['it was seen 30 days after being closed', '2026-03-05T00:00:00Z', '2026-04-04T00:00:00Z', 'reopen'],
    ['it was seen a bit more than 30 days after', '2026-03-05T00:00:00Z', '2026-04-04T00:00:00.001Z', 'renew'],
    ['it was seen a year after being closed', '2026-03-05T00:00:00Z', '2027-03-05T00:00:00Z', 'renew'],
    ['it was closed before the last detection', '2026-01-01T00:00:00Z', after, 'renew'],
  ] as const)('when %s', (_, closedAt, detectedAt, step) => {
    expect(nextStep(claim, ticket(closedAt), detectedAt)).toBe(step)
  })

  it.each([before, same, after])('when PSA no longer has the ticket and it was seen at %s: a new one', (detectedAt) => {
    expect(nextStep(claim, undefined, detectedAt)).toBe('renew')
  })

  it.each([null, '2026-03-05T00:00:00Z'])(
    'takes a ticket in a status that is not known for an open one (%s)',
    (closedAt) => {
      const unknown = { ...ticket(closedAt), status: 'unknown' as const }
      expect(nextStep(claim, unknown, '2026-03-06T00:00:00Z')).toBe('note')
      expect(nextStep(claim, unknown, '2027-03-06T00:00:00Z')).toBe('note')
      expect(nextStep(claim, unknown, same)).toBe('same')
    },
  )

  it('takes a resolved ticket for a closed one', () => {
    const resolved = { ...ticket('2026-03-05T00:00:00Z'), status: 'resolved' as const }
    expect(nextStep(claim, resolved, '2026-03-06T00:00:00Z')).toBe('reopen')
  })
})
