// Subscribers to Hub's events, and what keeps other products in step with its users.
import { deadLetterTimer } from '../platform/dead-letter-timer.ts'
import { auditEvents } from '../hub/audit-events/subscriber.ts'
import { psaAgents } from '../hub/psa-agents/subscriber.ts'
import { followOrganizations, repairAgents } from '../hub/psa-agents/timers.ts'
import { sessionCutoffs } from '../hub/session-cutoffs/subscriber.ts'
import { backgroundApp } from './function-app.ts'

const subscribers = [sessionCutoffs, psaAgents, auditEvents]

export const theonehubBackground = backgroundApp('theonehub-background', 'hub', [
  ...subscribers,
  repairAgents,
  followOrganizations,
  deadLetterTimer('hub-dead-letter-timer', subscribers),
])
