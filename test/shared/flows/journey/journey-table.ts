// What the flow of these tests works on: a journey says how it is to go, and each step counts how often it ran.
import * as z from 'zod'
import { errorTable } from '../../../../shared/error-table.ts'
import type { ErrorCode } from '../../../../shared/error-table.ts'
import type { Store } from '../../../../shared/store/store.ts'
import { rowKind, table } from '../../../../shared/store/table.ts'

const ErrorCodeName = z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]])

export const Plan = z.strictObject({
  items: z.array(z.int()),
  /** How often the step that adds up fails, and with what. */
  failures: z.int().default(0),
  failsWith: ErrorCodeName.default('peer-unavailable'),
  /** It catches the failure and ends as cancelled. */
  isForgiving: z.boolean().default(false),
  /** How long the last step takes, so that the host can be killed in the middle of it. */
  lastStepMs: z.int().default(0),
})

export const journeyTable = table('testJourneys', {
  journey: rowKind({
    schema: Plan.extend({ tenantId: z.string(), requestId: z.string() }),
    partition: ['tenantId'],
    key: ['requestId'],
    keepFor: 'forever',
    dataOf: { nobody: 'Of a test' },
  }),
  run: rowKind({
    schema: z.strictObject({ tenantId: z.string(), requestId: z.string(), step: z.string(), count: z.int() }),
    partition: ['tenantId'],
    key: ['requestId', 'step'],
    keepFor: 'forever',
    dataOf: { nobody: 'Of a test' },
  }),
})

/** Counts a run of a step; across processes. */
export const countRun = async (
  store: Store,
  run: { readonly tenantId: string; readonly requestId: string; readonly step: string },
): Promise<number> => {
  const row = await store
    .open(journeyTable)
    .run.modify(run, (current) => ({ ...run, count: (current?.count ?? 0) + 1 }))
  return row.value.count
}

/** How often a step ran so far. */
export const runsOf = async (store: Store, run: Parameters<typeof countRun>[1]): Promise<number> =>
  (await store.open(journeyTable).run.get(run))?.value.count ?? 0
