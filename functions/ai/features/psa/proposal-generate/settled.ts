// Whose clock the ticket means, where the request does not say.
import type { EffectiveSettings } from '../../../../../shared/tenants/tenant-settings.ts'
import type { Input } from './times.ts'

export const settle = (input: Input, { timeZone }: EffectiveSettings): Input => ({ timeZone, ...input })
