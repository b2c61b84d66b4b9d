// Decides what On-Call is to be told about an incident (GOV-2). Reads no clock and writes nothing.
import { type EscalationSettings, isQuiet } from '../tenants/escalation-settings.ts'
import type { Incident } from './incident-table.ts'

/**
 * `raise`: somebody is to be called. `follow`: somebody was, and On-Call knows whether they took it. `end`: nobody needs to be called any
 * more, and On-Call does not know. `wait`: nothing now. `done`: nothing any more.
 */
export type EscalationStep = 'raise' | 'follow' | 'end' | 'wait' | 'done'

export type EscalationRules = {
  readonly escalation: EscalationSettings
  /** In which the quiet hours are meant. */
  readonly timeZone: string
}

export const escalationStep = (
  incident: Pick<Incident, 'state' | 'firstSeenAt' | 'recoveredAt' | 'escalation'>,
  rules: EscalationRules,
  now: Date,
): EscalationStep => {
  const { state, escalation } = incident
  if (!escalation) return state !== 'open' ? 'done' : isDue(incident, rules, now) ? 'raise' : 'wait'
  if (escalation.endedAt !== undefined) return 'done'
  if (state === 'resolved') return 'end'
  if (state === 'open') return 'follow'
  // Whoever took it at On-Call has the alert in hand until the cause is gone. Whoever took it here ends the calls.
  return escalation.takenAt === undefined ? 'end' : 'wait'
}

const isDue = (
  { firstSeenAt, recoveredAt }: Pick<Incident, 'firstSeenAt' | 'recoveredAt'>,
  { escalation: { afterMinutes, quietHours }, timeZone }: EscalationRules,
  now: Date,
): boolean =>
  recoveredAt === undefined &&
  now.getTime() >= Date.parse(firstSeenAt) + afterMinutes * 60_000 &&
  !(quietHours && isQuiet(now, quietHours, timeZone))
