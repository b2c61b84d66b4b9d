// What the AI Platform does by itself: security tickets for what Defend detects.
import { deadLetterTimer } from '../platform/dead-letter-timer.ts'
import { securityTickets } from '../ai/security-tickets/subscriber.ts'
import { reconcileSecurityTickets } from '../ai/security-tickets/timers.ts'
import { backgroundApp } from './function-app.ts'

export const theoneaiBackground = backgroundApp('theoneai-background', 'ai', [
  securityTickets,
  reconcileSecurityTickets,
  deadLetterTimer('ai-dead-letter-timer', [securityTickets]),
])
