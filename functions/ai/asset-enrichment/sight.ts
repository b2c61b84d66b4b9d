// Who may have an asset enriched, or read what became of it: whom CMDB shows the asset.
import { requireShown } from '../../../shared/peers/user-read/user-read.ts'
import type { Services } from '../../../shared/services.ts'

/** @throws AppError `not-found`, `forbidden`, and what a read of CMDB throws */
export const requireSight = async (
  { forReading }: Services,
  { tenantId, userId }: { readonly tenantId: string; readonly userId: string },
  assetReference: string,
): Promise<void> => {
  const { outcome } = await (await forReading.cmdb()).viewAsset(tenantId, userId, assetReference)
  requireShown(outcome, 'CMDB', 'asset')
}
