// Failures and messages to record, of an organization that no other test knows.
import { randomUUID } from 'node:crypto'
import { AppError } from '../../../shared/errors.ts'
import type { Failure, MessageToPark } from '../../../shared/incidents/incident-recording.ts'

export const newTenant = (): string => `tenant-${randomUUID()}`

export const failureOf = (tenantId: string | undefined, given: Partial<Failure> = {}): Failure => ({
  integration: 'hub→psa',
  operation: 'keep PSA agent in step',
  error: new AppError('peer-rejected', 'PSA refused the agent.', { details: { peer: 'psa', peerStatus: 422 } }),
  tenantId,
  ...given,
})

export const platformFailure = (operation: string): Failure =>
  failureOf(undefined, { operation, error: new AppError('event-not-understood', 'It is no CloudEvent.') })

export const messageOf = (tenantId: string | undefined, given: Partial<MessageToPark> = {}): MessageToPark => ({
  parkedId: randomUUID(),
  subscriber: 'test-subscriber',
  queue: 'test-queue',
  messageId: randomUUID(),
  contentType: 'application/cloudevents+json',
  publisher: 'hub',
  ...(tenantId !== undefined && { tenantId, eventType: 'hub.iam.user_created' }),
  body: '{}',
  bodyEncoding: 'text',
  attempts: 1,
  replays: 0,
  ...given,
})
