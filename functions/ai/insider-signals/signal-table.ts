// What is kept of people's work and of the signals that came of it: encrypted with the key of the organization, and theirs.
import * as z from 'zod'
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import { effectStates } from '../../../shared/effects/effect-row.ts'
import { pending } from '../../../shared/store/pending.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

const SignalRow = z.strictObject({
  tenantId: z.string(),
  /** The external reference in Defend. */
  ref: z.string(),
  userId: z.string(),
  createdAt: z.iso.datetime(),
  state: z.enum(effectStates),
  /** Sealed: what Defend is to be told; kept until it has been. */
  draft: z.string().optional(),
  made: z.strictObject({ asOf: z.iso.datetime() }).optional(),
})
export type SignalRow = z.infer<typeof SignalRow>

export const insiderSignalTable = table('aiInsiderSignals', {
  history: rowKind({
    schema: z.strictObject({ tenantId: z.string(), userId: z.string(), sealed: z.string() }),
    partition: ['tenantId'],
    key: ['userId'],
    // Longer than anything in it counts, and no longer.
    keepFor: { days: 75 },
    dataOf: { tenant: ['tenantId'], person: ['userId'], secret: ['sealed'] },
  }),
  signal: rowKind({
    schema: SignalRow,
    partition: ['tenantId'],
    key: ['ref'],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'], person: ['userId'], leadsTo: { reference: ['ref'] }, secret: ['draft'] },
  }),
})

/** Of signals that were begun, by their references. */
export const unfinishedSignals = pending('aiInsiderSignalsUnfinished')

/** One for each person and day: whoever finds it again finds the same. */
export const signalRefOf = (tenantId: string, userId: string, day: number): string =>
  plainDigest(JSON.stringify([tenantId, userId, day]), 'insider')
