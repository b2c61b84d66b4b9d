// Whether an organization lets AI have its data.
import { AppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { resolveSettings } from '../tenants/tenant-settings.ts'

/** @throws AppError `ai-opted-out` */
export const requireConsent = async ({ store }: Services, tenantId: string): Promise<void> => {
  const { aiOptOut } = await resolveSettings(store(), tenantId)
  if (aiOptOut)
    throw new AppError(
      'ai-opted-out',
      'The organization has opted out of AI. An admin can change that in its settings.',
    )
}
