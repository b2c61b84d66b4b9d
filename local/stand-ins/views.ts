// What the people of a product see in it: who may see what, by role and by client, and the records that the suite reads and never writes.
import { z } from 'zod'
import { UserMayNotRead } from '../../shared/peers/user-read/contract.ts'
import { type Answer, type Route, done, problem, validated } from './http-exchange.ts'
import { openJournalIn } from './journal.ts'
import { type Control, controlRoute } from './stand-in-control.ts'

/** From the most to the least. */
const roles = ['owner', 'admin', 'member', 'viewer'] as const
export type Role = (typeof roles)[number]

const Reader = z.strictObject({
  userId: z.string().min(1),
  role: z.enum(roles),
  /** Whose records the user sees; `null` for every client, and for what belongs to none. */
  clientIds: z.array(z.string()).nullable(),
})
const Readers = z.strictObject({ readers: z.array(Reader) })
const Draft = z.strictObject({ clientId: z.string().nullable(), record: z.looseObject({}) })

const place = { tenantId: z.string(), kind: z.string(), id: z.string() }
const ViewChange = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('readers'), tenantId: z.string(), readers: z.array(Reader) }),
  z.strictObject({ change: z.literal('record'), ...place, ...Draft.shape }),
  z.strictObject({ change: z.literal('record-deleted'), ...place }),
  z.strictObject({ change: z.literal('reset'), tenantId: z.string().optional() }),
])
type ViewChange = z.infer<typeof ViewChange>

export type ViewedRecord = Omit<Extract<ViewChange, { change: 'record' }>, 'change'>

/** A kind of record that the control API puts. Its `url` depends on the port and is added when it is shown. */
export type ViewedKind = {
  readonly schema: z.ZodObject
  /** Of its pages: `devices`. */
  readonly path: string
  readonly atLeast: Role
}

type Asked = { readonly tenantId: string; readonly userId: string }
/** What is asked for, whose it is, and who may see it. */
type Found = { readonly clientId: string | null; readonly atLeast: Role; readonly body: unknown }

type Showing = {
  /** What of the record is shown, when it is not all. */
  readonly shown?: (record: Readonly<Record<string, unknown>>) => unknown
  /** It is about the user who asks, or somebody who reports to them, whatever their role. */
  readonly isOwn?: boolean
}

const mayNotRead = UserMayNotRead.shape.type.value

/** @param name slug of the product */
export const openViews = (
  name: string,
  kinds: Readonly<Record<string, ViewedKind>>,
  { dataFolder, baseUrl }: { readonly dataFolder: string | undefined; readonly baseUrl: () => string },
) => {
  const { journal, entries } = openJournalIn(dataFolder, `${name}-views.jsonl`, ViewChange)
  const readers = new Map<string, readonly z.infer<typeof Reader>[]>()
  const records = new Map<string, ViewedRecord>()
  const apply = applyTo(readers, records)
  for (const change of entries) apply(change)
  journal.rewrite([
    ...[...readers].map(([tenantId, of]): ViewChange => ({ change: 'readers', tenantId, readers: [...of] })),
    ...[...records.values()].map((record): ViewChange => ({ change: 'record', ...record })),
  ])
  const record = (change: ViewChange): void => {
    journal.append(change)
    apply(change)
  }

  const { readerOf, isAtLeast, mayRead, readersOf } = permissionsOf(readers)
  /** A user who may not see the record is told so, and nothing of it. */
  const answer = (asked: Asked, found: Found | undefined): Answer => {
    if (!found) return problem(404, 'There is no such record')
    if (mayRead(asked, found)) return { status: 200, body: found.body }
    return problem(403, 'This user may not see it', { type: mayNotRead })
  }
  const urlOf = ({ kind, id }: Pick<ViewedRecord, 'kind' | 'id'>): string =>
    `${baseUrl()}/${kinds[kind]?.path}/${encodeURIComponent(id)}`

  return {
    isAtLeast,
    readersOf,
    answer,
    answerRecord: (asked: Asked, kind: string, id: string, { shown, isOwn }: Showing = {}): Answer => {
      const found = records.get(keyOf({ tenantId: asked.tenantId, kind, id }))
      if (!found) return answer(asked, undefined)
      const whole = { ...found.record, id, url: urlOf(found) }
      const body = shown ? shown(whole) : whole
      if (isOwn && readerOf(asked)) return { status: 200, body }
      return answer(asked, { clientId: found.clientId, atLeast: kinds[kind]?.atLeast ?? 'owner', body })
    },
    /** As the suite reads it on its own behalf. */
    read: (tenantId: string, kind: string, id: string): Readonly<Record<string, unknown>> | undefined => {
      const found = records.get(keyOf({ tenantId, kind, id }))
      return found && { ...found.record, id, clientId: found.clientId, url: urlOf(found) }
    },
    /** Those whose member has the value, as the suite reads them on its own behalf. */
    having: (tenantId: string, kind: string, member: string, value: string): readonly object[] =>
      [...records.values()]
        .filter((one) => one.tenantId === tenantId && one.kind === kind && one.record[member] === value)
        .map((one) => ({ ...one.record, id: one.id, url: urlOf(one) })),
    list: (): readonly ViewedRecord[] => [...records.values()],
    urlOf,
    control: viewRoutes(kinds, record),
    reset: (tenantId?: string): void => record({ change: 'reset', ...(tenantId !== undefined && { tenantId }) }),
    close: journal.close,
  }
}
export type Views = ReturnType<typeof openViews>

/** Who may see what, as it is set now. */
const permissionsOf = (readers: ReadonlyMap<string, readonly z.infer<typeof Reader>[]>) => {
  const readerOf = ({ tenantId, userId }: Asked) => readers.get(tenantId)?.find((one) => one.userId === userId)
  const isAtLeast = (asked: Asked, role: Role): boolean => {
    const reader = readerOf(asked)
    return reader !== undefined && roles.indexOf(reader.role) <= roles.indexOf(role)
  }
  return {
    readerOf,
    isAtLeast,
    mayRead: (asked: Asked, { clientId, atLeast }: Found): boolean => {
      const reader = readerOf(asked)
      if (!reader || !isAtLeast(asked, atLeast)) return false
      return reader.clientIds === null || (clientId !== null && reader.clientIds.includes(clientId))
    },
    /** Those of the tenant who have at least this role. */
    readersOf: (tenantId: string, role: Role): readonly string[] =>
      (readers.get(tenantId) ?? [])
        .map(({ userId }) => userId)
        .filter((userId) => isAtLeast({ tenantId, userId }, role)),
  }
}

const keyOf = ({ tenantId, kind, id }: Pick<ViewedRecord, 'tenantId' | 'kind' | 'id'>): string =>
  JSON.stringify([tenantId, kind, id])

const applyTo =
  (readers: Map<string, readonly z.infer<typeof Reader>[]>, records: Map<string, ViewedRecord>) =>
  (change: ViewChange): void => {
    switch (change.change) {
      case 'readers':
        readers.set(change.tenantId, change.readers)
        return
      case 'record': {
        const { change: _, ...record } = change
        records.set(keyOf(record), record)
        return
      }
      case 'record-deleted':
        records.delete(keyOf(change))
        return
      case 'reset':
        for (const tenantId of readers.keys())
          if (change.tenantId === undefined || change.tenantId === tenantId) readers.delete(tenantId)
        for (const [key, { tenantId }] of records)
          if (change.tenantId === undefined || change.tenantId === tenantId) records.delete(key)
    }
  }

/** Sets who the people of a tenant are, and puts and deletes records. */
const viewRoutes = (
  kinds: Readonly<Record<string, ViewedKind>>,
  record: (change: ViewChange) => void,
): readonly Route<Control>[] => [
  controlRoute('PUT', '/_control/readers', ({ tenantId, body }) =>
    validated(Readers, body, ({ readers }) => {
      if (tenantId === undefined) return noTenant
      record({ change: 'readers', tenantId, readers })
      return done
    }),
  ),
  controlRoute('PUT', '/_control/records/:kind/:id', ({ tenantId, params: { kind = '', id = '' }, body }) =>
    validated(Draft, body, ({ clientId, record: given }) => {
      const known = kinds[kind]
      if (!known) return problem(404, 'There is no such kind of record')
      if (tenantId === undefined) return noTenant
      return validated(known.schema.omit({ id: true, url: true }).strict(), given, (stored) => {
        record({ change: 'record', tenantId, kind, id, clientId, record: stored })
        return done
      })
    }),
  ),
  controlRoute('DELETE', '/_control/records/:kind/:id', ({ tenantId, params: { kind = '', id = '' } }) => {
    if (tenantId === undefined) return noTenant
    record({ change: 'record-deleted', tenantId, kind, id })
    return done
  }),
]

const noTenant = problem(400, 'The query parameter tenantId is missing')
