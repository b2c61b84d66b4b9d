// Sessions that end because access has changed in Hub.
import { sessionCutoffSubscriber } from './subscriber.ts'
import type { Definitions } from '../../platform/capability.ts'

export const background: Definitions = [sessionCutoffSubscriber]
