// What Hub tells of logins and access, passed on to Defend.
import { auditEventSubscriber } from './subscriber.ts'
import type { Definitions } from '../../platform/capability.ts'

export const background: Definitions = [auditEventSubscriber]
