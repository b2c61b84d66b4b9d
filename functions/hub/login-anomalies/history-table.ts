// What is kept of the logins of each person: where, when and on what they sign in is theirs, so it is encrypted with the key of the tenant.
import * as z from 'zod'
import { rowKind, table } from '../../../shared/store/table.ts'

export const loginHistoryTable = table('hubLoginHistories', {
  history: rowKind({
    schema: z.strictObject({ tenantId: z.string(), userId: z.string(), sealed: z.string() }),
    partition: ['tenantId'],
    key: ['userId'],
    // As long as what was seen is known, and a month more.
    keepFor: { days: 120 },
    dataOf: { tenant: ['tenantId'], person: ['userId'], secret: ['sealed'] },
  }),
})
