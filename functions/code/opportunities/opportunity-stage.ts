// The stage of opportunities in CRM: asked for when it is shown, and kept for when CRM is down.
import { isAppError } from '../../../shared/errors.ts'
import type { CrmClient } from '../../../shared/peers/crm/client.ts'
import type { CrmOpportunity } from '../../../shared/peers/crm/contract.ts'
import type { Row, Store } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { type OpenedOpportunity, type Opportunity, opportunityTable } from './opportunity-table.ts'
import { seenNow } from './settlement.ts'

/** Undefined when CRM cannot be asked: that is no reason not to list. */
export const askCrm = async (
  crm: () => Promise<CrmClient>,
  tenantId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CrmOpportunity> | undefined> => {
  try {
    const opportunities = ids.length === 0 ? [] : await (await crm()).getOpportunities(tenantId, ids)
    return new Map(opportunities.map((opportunity) => [opportunity.id, opportunity]))
  } catch (error) {
    if (!isAppError(error)) throw error
    log.warn('code.opportunity.stage_not_live', { error })
    return undefined
  }
}

/** A stage that did not change is written again only after this long: reading a list should not rewrite it. */
const rewriteAfterMs = 3_600_000

/** Recorded when it is news; losing the race to somebody else's record is fine. */
export const withStage = async (
  store: Store,
  row: Row<Opportunity> & { readonly value: OpenedOpportunity },
  seen: CrmOpportunity,
  now: Date,
): Promise<OpenedOpportunity> => {
  const crm = seenNow(seen, now)
  const known = row.value.crm
  const opportunity = { ...row.value, crm }
  if (known.stage !== crm.stage || now.getTime() - Date.parse(known.stageAsOf) > rewriteAfterMs)
    try {
      await store.open(opportunityTable).opportunity.update(row, opportunity)
    } catch (error) {
      if (!isAppError(error)) throw error
      log.warn('code.opportunity.stage_not_recorded', { ref: opportunity.ref, error })
    }
  return opportunity
}
