// Deployments that are not asked for now, as all instances see them.
import * as z from 'zod'
import { rowKind, table } from '../../store/table.ts'

const OpenBreaker = z.strictObject({
  deployment: z.string(),
  /** Nobody asks it before that; then whoever moves this on may, alone. */
  until: z.iso.datetime(),
  openedAt: z.iso.datetime(),
})
export type OpenBreaker = z.infer<typeof OpenBreaker>

export const modelBreakerTable = table('modelBreakers', {
  open: rowKind({
    schema: OpenBreaker,
    partition: ['deployment'],
    key: [],
    keepFor: { days: 1 },
    dataOf: { nobody: 'Which deployment is not asked for now' },
  }),
})
