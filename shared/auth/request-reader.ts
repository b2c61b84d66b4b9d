// Who sees what somebody in the organization has asked for: it names a record that its product may not show to everybody.
import { type IntegrationCaller, type SessionCaller, actorOf, hasRole } from './caller.ts'

export type RequestReader = SessionCaller | IntegrationCaller

/**
 * Owners and admins see all, and so do other products, which have rules of their own; anybody else what they have asked for themselves.
 * @param requestedBy as `actorOf` names whoever asked
 */
export const seesRequestOf = (reader: RequestReader, requestedBy: string): boolean =>
  reader.kind !== 'session' || hasRole(reader.role, 'admin') || actorOf(reader) === requestedBy
