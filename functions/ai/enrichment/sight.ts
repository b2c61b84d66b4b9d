// Who may have a record enriched, or read what became of it: whom CRM shows the record.
import type { CrmEnrichableKind } from '../../../shared/peers/crm/enrichment-contract.ts'
import { requireShown } from '../../../shared/peers/user-read/user-read.ts'
import type { Services } from '../../../shared/services.ts'

/**
 * CRM decides, and who cannot ask it is refused: the steps read on behalf of the suite.
 * @throws AppError `not-found`, `forbidden`, and what a read of CRM throws
 */
export const requireSight = async (
  { forReading }: Services,
  { tenantId, userId }: { readonly tenantId: string; readonly userId: string },
  { kind, id }: { readonly kind: CrmEnrichableKind; readonly id: string },
): Promise<void> => {
  const crm = await forReading.crm()
  const view = kind === 'company' ? crm.viewCompany : crm.viewContact
  requireShown((await view(tenantId, userId, id)).outcome, 'CRM', kind)
}
