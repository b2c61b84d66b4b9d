// Keeps the rows of a record for as long as the peer has it open. A row ends 400 days after its last write, and nobody may have written
// it since: every night those that are near their end are renewed, the record and all that leads to it. Each row is decided by the
// record alone, so a run that is cut off leaves the rest to the next one; there are 30 of them before a row ends.
import { isAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { type Ending, endingRows, renew } from '../store/ending.ts'
import type { Row, Store } from '../store/store.ts'
import type { Table } from '../store/table.ts'
import { log } from '../telemetry/log.ts'
import { type EffectRow, type RecordDefinition, isMade } from './effect-row.ts'
import { askPeer, refresh } from './last-known.ts'

const dayMs = 86_400_000
const daysKept = 400
const daysAhead = 30
/** One question to the peer for a hundred of them and each of their tenants. */
const rowsMax = 20_000

type Renewed<Value, Seen, Peer, Thing> = RecordDefinition<Value, never, Seen, Peer, Thing> & {
  readonly table: Table
  readonly peer: (services: Services) => Promise<Peer>
  /** The records that a row of the table leads to, or is. */
  readonly recordsOf: (store: Store, ending: Ending) => Promise<readonly (Row<Value> | undefined)[]>
  /** Whether the peer is done with it, as far as was last seen. A status that is not known is no end. */
  readonly isClosed: (value: Value) => boolean
}

/** @param signal aborted when the run has to stop: what is left waits for the next one */
export const renewOpen = async <
  Value extends EffectRow<unknown, Seen>,
  Seen extends { readonly id: string },
  Peer,
  Thing extends { readonly id: string },
>(
  renewed: Renewed<Value, Seen, Peer, Thing>,
  services: Services,
  signal: AbortSignal,
): Promise<void> => {
  const store = services.store()
  const now = services.now()
  const counts = { renewed: 0, left: 0 }
  const before = new Date(now.getTime() + daysAhead * dayMs)
  for await (const page of endingRows(store, renewed.table, { now, before, rowsMax })) {
    if (signal.aborted) return
    const leads = await Promise.all(
      page.map(async (ending) => ({ ending, records: defined(await renewed.recordsOf(store, ending)) })),
    )
    const kept = await keptOf(renewed, services, new Map(leads.flatMap(({ records }) => records.map(named))))
    for (const { ending, records } of leads) {
      const isKept = records.some(({ value }) => kept.has(nameOf(value)))
      counts[isKept ? 'renewed' : 'left'] += 1
      if (isKept) await renewOnce(store, renewed.table, ending)
    }
  }
  log.info(`${renewed.name}.renewed`, counts)
}

const defined = <Thing>(things: readonly (Thing | undefined)[]): Thing[] =>
  things.filter((thing): thing is Thing & {} => thing !== undefined)

type Named = { readonly tenantId: string; readonly ref: string }
const nameOf = ({ tenantId, ref }: Named): string => JSON.stringify([tenantId, ref])
const named = <Value extends Named>(row: Row<Value>) => [nameOf(row.value), row] as const

const renewOnce = async (store: Store, table: Table, ending: Ending): Promise<void> => {
  try {
    await renew(store, table, ending)
  } catch (error) {
    // Whoever was faster has renewed it by writing it.
    if (!isAppError(error, 'conflict')) throw error
  }
}

/** The names of those that are to be kept. */
const keptOf = async <
  Value extends EffectRow<unknown, Seen>,
  Seen extends { readonly id: string },
  Peer,
  Thing extends { readonly id: string },
>(
  renewed: Renewed<Value, Seen, Peer, Thing>,
  services: Services,
  records: ReadonlyMap<string, Row<Value>>,
): Promise<ReadonlySet<string>> => {
  const store = services.store()
  const now = services.now()
  const kept = new Set<string>()
  /** Of what closed, the rows that lead to it last as long as its own: 400 days from when it was last seen. A day less, since it may be younger than they are. */
  const isOld = (value: Value): boolean => now.getTime() - lastSeen(value) > (daysKept - daysAhead - 1) * dayMs
  const byTenant = Map.groupBy(records.values(), ({ value }) => value.tenantId)
  for (const [tenantId, rows] of byTenant) {
    const ids = rows.flatMap(({ value }) => (value.made as Seen | undefined)?.id ?? [])
    const live = await askPeer(renewed, () => renewed.peer(services), tenantId, ids)
    for (const { value, ...row } of rows) {
      const thing = isMade(value) ? live?.get((value.made as Seen).id) : undefined
      const isStillClosed = isEnded(renewed, value) && (!thing || isEnded(renewed, seenAs(renewed, value, thing)))
      if (!isStillClosed || !isOld(value)) kept.add(nameOf(value))
      // To write down once more what is closed would begin its 400 days anew.
      if (!isStillClosed && live && isMade(value))
        await refresh(renewed, { store, now: services.now }, { ...row, value }, thing)
    }
  }
  return kept
}

const isEnded = <Value extends EffectRow<unknown, unknown>>(
  { isClosed }: { readonly isClosed: (value: Value) => boolean },
  value: Value,
): boolean => value.state === 'refused' || value.state === 'gone' || (value.state === 'made' && isClosed(value))

const seenAs = <Value extends EffectRow<unknown, Seen>, Seen, Peer, Thing>(
  { seen }: Renewed<Value, Seen, Peer, Thing>,
  value: Value,
  thing: Thing,
): Value => ({ ...value, state: 'made', made: { ...value.made, ...seen(thing) } })

const lastSeen = ({ made, createdAt }: EffectRow<unknown, unknown>): number => Date.parse(made?.asOf ?? createdAt)
