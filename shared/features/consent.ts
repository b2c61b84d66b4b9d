// Whether an organization lets AI have its data.
import { AppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { type EffectiveSettings, resolveSettings } from '../tenants/tenant-settings.ts'

/** The settings of the organization. @throws AppError `ai-opted-out` */
export const requireConsent = async ({ store }: Services, tenantId: string): Promise<EffectiveSettings> => {
  const settings = await resolveSettings(store(), tenantId)
  if (settings.aiOptOut)
    throw new AppError(
      'ai-opted-out',
      'The organization has opted out of AI. An admin can change that in its settings.',
    )
  return settings
}
