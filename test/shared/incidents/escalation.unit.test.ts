// When somebody is called about an incident, and when nobody needs to be called any more.
import { describe, expect, it } from 'vitest'
import { type EscalationRules, escalationStep } from '../../../shared/incidents/escalation.ts'
import { isQuiet } from '../../../shared/tenants/escalation-settings.ts'

const opened = '2026-11-02T20:00:00.000Z'
const after = (minutes: number): Date => new Date(Date.parse(opened) + minutes * 60_000)
const rules: EscalationRules = { escalation: { afterMinutes: 5 }, timeZone: 'UTC' }
const open = { state: 'open', firstSeenAt: opened } as const
const called = { raisedAt: opened }

describe('an open incident of high severity', () => {
  it('has nobody called before it has lasted as long as the organization says, and then somebody', () => {
    expect([4, 4.99, 5, 600].map((minutes) => escalationStep(open, rules, after(minutes)))).toEqual([
      'wait',
      'wait',
      'raise',
      'raise',
    ])
    expect(escalationStep(open, { ...rules, escalation: { afterMinutes: 0 } }, after(0))).toBe('raise')
  })

  it('has nobody called in quiet hours, and somebody when they end', () => {
    const quiet = { ...rules, escalation: { afterMinutes: 5, quietHours: { from: '20:00', to: '06:30' } } }
    expect(escalationStep(open, quiet, after(60))).toBe('wait')
    expect(escalationStep(open, quiet, new Date('2026-11-03T06:29:59Z'))).toBe('wait')
    expect(escalationStep(open, quiet, new Date('2026-11-03T06:30:00Z'))).toBe('raise')
  })

  it('has nobody called while its cause is gone and only messages wait', () => {
    expect(escalationStep({ ...open, recoveredAt: opened }, rules, after(60))).toBe('wait')
  })

  it('is followed once somebody was called, also in quiet hours', () => {
    const quiet = { ...rules, escalation: { afterMinutes: 5, quietHours: { from: '20:00', to: '06:30' } } }
    expect(escalationStep({ ...open, escalation: called }, quiet, after(60))).toBe('follow')
  })
})

describe('an incident that somebody has acknowledged or that is resolved', () => {
  it.each(['acknowledged', 'resolved'] as const)('and %s before anybody was called needs no call', (state) => {
    expect(escalationStep({ ...open, state }, rules, after(60))).toBe('done')
  })

  it('ends the calls, unless the person on duty has taken it', () => {
    const taken = { ...called, takenAt: opened }
    const step = (state: 'acknowledged' | 'resolved', escalation: typeof called) =>
      escalationStep({ ...open, state, escalation }, rules, after(60))
    expect([
      step('acknowledged', called),
      step('acknowledged', taken),
      step('resolved', called),
      step('resolved', taken),
    ]).toEqual(['end', 'wait', 'end', 'end'])
  })

  it('is done when On-Call knows', () => {
    expect(
      escalationStep({ ...open, state: 'resolved', escalation: { ...called, endedAt: opened } }, rules, after(60)),
    ).toBe('done')
  })
})

describe('quiet hours', () => {
  it('are those of the clocks in the time zone, in summer and in winter', () => {
    const night = { from: '22:00', to: '06:00' }
    const quiet = (at: string, zone = 'Europe/Berlin') => isQuiet(new Date(at), night, zone)
    expect([quiet('2026-07-01T19:59:59Z'), quiet('2026-07-01T20:00:00Z')]).toEqual([false, true])
    expect([quiet('2026-12-01T20:59:59Z'), quiet('2026-12-01T21:00:00Z')]).toEqual([false, true])
    expect([quiet('2026-12-01T04:59:59Z'), quiet('2026-12-01T05:00:00Z')]).toEqual([true, false])
    expect(quiet('2026-12-01T21:00:00Z', 'UTC')).toBe(false)
  })

  it('within one day end on it', () => {
    const noon = { from: '12:00', to: '13:00' }
    const at = ['11:59', '12:00', '12:59', '13:00'].map((time) =>
      isQuiet(new Date(`2026-12-01T${time}:00Z`), noon, 'UTC'),
    )
    expect(at).toEqual([false, true, true, false])
  })

  it('are those of UTC in a time zone that is unknown by now', () => {
    expect(isQuiet(new Date('2026-12-01T12:00:00Z'), { from: '12:00', to: '12:01' }, 'Europe/Atlantis')).toBe(true)
  })
})
