// Reads the sums of AI usage: by day, feature, model and tier, of the whole tenant or of one user.
import type { Store } from '../../store/store.ts'
import { type AiUsageSum, aiCallTable } from './ai-call-table.ts'
import { together, wholeTenant } from './closing.ts'

export type UsageQuery = {
  readonly tenantId: string
  /** One person alone; absent for the whole tenant. */
  readonly userId?: string | undefined
  /** Days in UTC, both included. */
  readonly from: string
  readonly to: string
  readonly feature?: string | undefined
  readonly model?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export type UsagePage = { readonly sums: readonly AiUsageSum[]; readonly nextCursor?: string }

/** A sum has several rows, one beside the other. */
const pageSize = 500
/** Rows that one page looks through: with a filter it may be short, or empty, and go on. */
const rowsMax = 5_000

/** In the order of days. */
export const readUsage = async (store: Store, query: UsageQuery): Promise<UsagePage> => {
  const { tenantId, userId = wholeTenant, from, to, limit } = query
  const rows = store.open(aiCallTable).sum
  const sums: AiUsageSum[] = []
  let cursor = query.cursor
  let last: AiUsageSum | undefined
  let looked = 0
  do {
    const page = await rows.list({ tenantId }, { from: [userId, from], to: [userId, to], limit: pageSize, cursor })
    for (const { value } of page.rows) {
      const isSame = last !== undefined && isOneSum(last, value)
      // A page ends between two sums, never within one.
      if (last && !isSame && (sums.length === limit || looked >= rowsMax))
        return { sums, nextCursor: rows.cursorAfter(last) }
      looked += 1
      last = value
      if (!isWanted(query, value)) continue
      const before = sums.at(-1)
      if (before && isSame) sums[sums.length - 1] = together(before, value)
      else sums.push(value)
    }
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return { sums }
}

const isWanted = ({ feature, model }: UsageQuery, sum: AiUsageSum): boolean =>
  (feature === undefined || sum.feature === feature) && (model === undefined || sum.model === model)

const isOneSum = (one: AiUsageSum, other: AiUsageSum): boolean =>
  one.date === other.date && one.feature === other.feature && one.model === other.model && one.tier === other.tier
