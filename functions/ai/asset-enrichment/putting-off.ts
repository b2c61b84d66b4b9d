// An asset that CMDB refuses for good is put off, longer each time: otherwise it would be the first of every night, and take the place of
// those that can be enriched.
import type { Store } from '../../../shared/store/store.ts'
import { type PutOffAsset, assetEnrichmentTable } from './asset-enrichment-table.ts'

type Which = Pick<PutOffAsset, 'tenantId' | 'assetReference'>

const dayMs = 86_400_000
const nightsMax = 30

/** Nights that go by without it: 1, 3, 7, 15, and 30 from the fifth time on. */
const nightsOff = (times: number): number => Math.min(2 ** times - 1, nightsMax)

const dayOf = (at: Date): number => Math.floor(at.getTime() / dayMs)

/**
 * The first ones that are not put off.
 * @param references those of CMDB, in its order
 */
export const dueAssets = async (
  store: Store,
  tenantId: string,
  { references, most, now }: { readonly references: readonly string[]; readonly most: number; readonly now: Date },
): Promise<readonly string[]> => {
  const due: string[] = []
  for (const assetReference of references) {
    if (due.length === most) break
    const row = await store.open(assetEnrichmentTable).putOff.get({ tenantId, assetReference })
    if (!row || isDue(row.value, now)) due.push(assetReference)
  }
  return due
}

/** The night of the refusal itself may be run again. */
const isDue = ({ refusedAt, times }: PutOffAsset, now: Date): boolean => {
  const nights = dayOf(now) - dayOf(new Date(refusedAt))
  return nights <= 0 || nights > nightsOff(times)
}

/** Refused again in the same night it is put off no longer than once. */
export const putOffAsset = async (store: Store, { tenantId, assetReference }: Which, now: Date): Promise<void> => {
  const key = { tenantId, assetReference }
  await store
    .open(assetEnrichmentTable)
    .putOff.modify(key, (known) =>
      known && dayOf(new Date(known.refusedAt)) === dayOf(now)
        ? known
        : { ...key, times: (known?.times ?? 0) + 1, refusedAt: now.toISOString() },
    )
}

export const takeBackIn = (store: Store, which: Which): Promise<unknown> =>
  store.open(assetEnrichmentTable).putOff.delete(which)
