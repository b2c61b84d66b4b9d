// What the dashboard shows of incidents.
import { describe, expect, it } from 'vitest'
import { bannersOf, dashboardOf } from '../../../functions/governance/incidents/dashboard.ts'
import type { Incident } from '../../../shared/incidents/incident-table.ts'

const incident = (given: Partial<Incident> = {}): Incident => ({
  owner: 'tenant:t',
  incidentId: 'inc_1',
  group: 'g',
  integration: 'code→psa',
  operation: 'file a ticket',
  code: 'peer-unavailable',
  severity: 'normal',
  state: 'open',
  count: 1,
  parked: 0,
  firstSeenAt: '2026-11-02T10:00:00.000Z',
  lastSeenAt: '2026-11-02T10:00:00.000Z',
  correlationId: '',
  facts: {},
  ...given,
})

describe('the dashboard', () => {
  it('warns of what is broken now, high severity first and then the newest', () => {
    const own = [
      incident({ incidentId: 'c', firstSeenAt: '2026-11-02T12:00:00.000Z' }),
      incident({ incidentId: 'b', firstSeenAt: '2026-11-02T11:00:00.000Z', state: 'acknowledged' }),
      incident({ incidentId: 'a', severity: 'high' }),
    ]
    const platform = [incident({ owner: 'platform', severity: 'high', firstSeenAt: '2026-11-02T11:30:00.000Z' })]
    expect(dashboardOf({ own, platform }).warnings.map(({ incidentId }) => incidentId)).toEqual([
      undefined,
      'a',
      'c',
      'b',
    ])
  })

  it('has no banner for what works again', () => {
    const broken = incident({ owner: 'platform' })
    const recovered = incident({ owner: 'platform', recoveredAt: '2026-11-02T11:00:00.000Z', parked: 2 })
    expect(bannersOf([broken, recovered])).toEqual([expect.objectContaining({ since: broken.firstSeenAt })])
    expect(bannersOf([recovered])).toEqual([])
  })

  it('does not warn of what works again, and says that messages wait', () => {
    const own = [incident({ recoveredAt: '2026-11-02T13:00:00.000Z', parked: 3 }), incident({ parked: 2 })]
    expect(dashboardOf({ own, platform: [] })).toMatchObject({
      warnings: [{ title: expect.stringMatching(/^code→psa, file a ticket: /) as string }],
      waiting: { incidents: 2, messages: 5 },
    })
  })

  it('tells nobody of an organization what only those who run the platform can mend', () => {
    expect(dashboardOf({ own: [], platform: [incident({ code: 'event-not-understood' })] }).warnings).toEqual([])
  })

  it('says whether somebody is being called, and whether they took it', () => {
    const raisedAt = '2026-11-02T10:05:00.000Z'
    const states = [{ raisedAt }, { raisedAt, takenAt: raisedAt }, { raisedAt, endedAt: raisedAt }]
    expect(
      states.map(
        (escalation) => dashboardOf({ own: [incident({ escalation })], platform: [] }).warnings[0]?.escalation,
      ),
    ).toEqual(['called', 'taken', undefined])
  })
})
