// Shows and exports the usage of AI: admins see the organization's, everybody else their own.
import type * as z from 'zod'
import { readUsage } from '../../../shared/ai/ledger/usage-sums.ts'
import type { AiUsageSum } from '../../../shared/ai/ledger/ai-call-table.ts'
import { wholeTenant } from '../../../shared/ai/ledger/closing.ts'
import { type Caller, hasRole } from '../../../shared/auth/caller.ts'
import { AppError } from '../../../shared/errors.ts'
import { type ExportFormat, exportRows } from '../../../shared/http/row-export.ts'
import type { Store } from '../../../shared/store/store.ts'
import type { UsageQuery, UsageSum } from './contract.ts'

type Asked = {
  readonly store: Store
  readonly now: Date
  readonly tenantId: string
  readonly caller: Caller
  readonly query: UsageQuery
}

export type ShownUsage = { readonly usage: z.input<typeof UsageSum>[]; readonly nextCursor?: string }

const dayMs = 86_400_000
const usualDays = 30
const daysMax = 366

/** @throws AppError `forbidden` for the usage of somebody else */
export const showUsage = async ({ store, now, tenantId, caller, query }: Asked): Promise<ShownUsage> => {
  const { from, to } = rangeOf(query, now)
  const { feature, model, limit, cursor } = query
  const userId = whose(caller, query.userId)
  const { sums, nextCursor } = await readUsage(store, { tenantId, userId, from, to, feature, model, limit, cursor })
  return { usage: sums.map(shown), ...(nextCursor !== undefined && { nextCursor }) }
}

const rangeOf = (query: UsageQuery, now: Date): { readonly from: string; readonly to: string } => {
  const to = query.to ?? dateOf(query.from === undefined ? now : latest(now, query.from))
  const from = query.from ?? dateOf(new Date(Date.parse(to) - (usualDays - 1) * dayMs))
  if (from > to || (Date.parse(to) - Date.parse(from)) / dayMs >= daysMax)
    throw new AppError('validation-failed', `Usage is shown for at most ${daysMax} days at once. Name "to" as well.`, {
      details: { errors: [{ path: 'query.from', message: `must be at most ${daysMax} days before "to"` }] },
    })
  return { from, to }
}

const latest = (now: Date, from: string): Date => new Date(Math.max(now.getTime(), Date.parse(from)))

const dateOf = (time: Date): string => time.toISOString().slice(0, 10)

/** Undefined: the whole tenant. */
const whose = (caller: Caller, userId: string | undefined): string | undefined => {
  if (caller.kind !== 'session' || hasRole(caller.role, 'admin')) return userId
  if (userId !== undefined && userId !== caller.userId)
    throw new AppError('forbidden', 'Only admins see what others of the organization use. Leave out userId.')
  return caller.userId
}

const shown = ({ userId, tenantId: _tenant, shard: _shard, ...sum }: AiUsageSum): z.input<typeof UsageSum> => ({
  ...sum,
  ...(userId !== wholeTenant && { userId }),
})

const columns = [
  'date',
  'userId',
  'feature',
  'model',
  'tier',
  'calls',
  'failed',
  'lost',
  'promptTokens',
  'completionTokens',
  'audioSeconds',
  'estimated',
  'cached',
] as const

/** @returns the text, and the query of the next page if there is one */
export const exportedUsage = async (
  format: ExportFormat,
  asked: Asked,
): Promise<{ readonly text: string; readonly next?: string }> => {
  const { usage, nextCursor } = await showUsage(asked)
  const text = await exportRows(format, columns, usage)
  if (nextCursor === undefined) return { text }
  const given = Object.entries({ ...asked.query, ...rangeOf(asked.query, asked.now), cursor: nextCursor })
  const next = given.flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return { text, next: new URLSearchParams(next).toString() }
}
