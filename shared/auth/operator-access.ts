// The operator accesses of an organization (OPS-1): who of the platform's staff may act on it, for which reason, until when.
import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { AppError } from '../errors.ts'
import { newestFirst } from '../store/key.ts'
import { retryOnConflict } from '../store/retry-on-conflict.ts'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'

const OperatorAccess = z.strictObject({
  tenantId: z.string(),
  accessId: z.string(),
  /** Actor: `operator:<directory>/<object>`. */
  operator: z.string(),
  reason: z.string(),
  openedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** By hand, before it would have expired. */
  endedAt: z.iso.datetime().optional(),
})
export type OperatorAccess = z.infer<typeof OperatorAccess>

const recordOfAccess =
  "A part of the audit log: who of the platform's staff had access, and why. It goes after 400 days"

/** As long as the audit log, which has what was done with it. */
const keptDays = 400

export const operatorAccessTable = table('operatorAccesses', {
  access: rowKind({
    schema: OperatorAccess,
    partition: ['tenantId'],
    key: ({ openedAt, accessId }) => [newestFirst(openedAt), accessId],
    keepFor: { days: keptDays },
    dataOf: { tenant: ['tenantId'], keptOn: { tenant: recordOfAccess } },
  }),
  /** The one that counts now: of each operator at most one to an organization. */
  current: rowKind({
    schema: OperatorAccess,
    partition: ['tenantId'],
    key: ['operator'],
    keepFor: ({ expiresAt }) => new Date(expiresAt),
    dataOf: { tenant: ['tenantId'] },
  }),
})

type Key = { readonly tenantId: string; readonly operator: string }

/** Read anew each time: one that was ended is over at once. */
export const currentAccess = async (store: Store, key: Key, now: Date): Promise<OperatorAccess | undefined> => {
  const row = await store.open(operatorAccessTable).current.get(key)
  return row && isCurrent(row.value, now) ? row.value : undefined
}

const isCurrent = ({ expiresAt }: OperatorAccess, now: Date): boolean => Date.parse(expiresAt) > now.getTime()

/** @throws AppError `conflict` while there is one */
export const openAccess = async (
  store: Store,
  { minutes, ...order }: Key & { readonly reason: string; readonly minutes: number },
  now: Date,
): Promise<OperatorAccess> => {
  const rows = store.open(operatorAccessTable)
  const access = {
    ...order,
    accessId: randomUUID(),
    openedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + minutes * 60_000).toISOString(),
  }
  const known = await rows.current.get(order)
  if (known && isCurrent(known.value, now))
    throw new AppError('conflict', `You have an access until ${known.value.expiresAt}. End it to open another.`)
  await rows.transaction([
    rows.access.toInsert(access),
    known ? rows.current.toUpdate(known, access) : rows.current.toInsert(access),
  ])
  return access
}

/** Ending what has ended changes nothing. @returns the access that was ended by this */
export const endAccess = (store: Store, key: Key, now: Date): Promise<OperatorAccess | undefined> =>
  retryOnConflict(async () => {
    const rows = store.open(operatorAccessTable)
    const current = await rows.current.get(key)
    if (!current || !isCurrent(current.value, now)) return undefined
    const listed = await rows.access.get(current.value)
    const ended = { ...current.value, endedAt: now.toISOString() }
    await rows.transaction([
      rows.current.toDelete(current),
      ...(listed ? [rows.access.toUpdate(listed, ended)] : [rows.access.toInsert(ended)]),
    ])
    return ended
  })
