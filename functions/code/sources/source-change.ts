// How sources change: the row and its events in one commit.
import type { CloudEvent } from '../../../shared/bus/cloud-event.ts'
import { commitWithEvents } from '../../../shared/bus/outbox.ts'
import { AppError } from '../../../shared/errors.ts'
import type { BusClient } from '../../../shared/peers/bus/client.ts'
import type { Operation } from '../../../shared/store/operation.ts'
import type { Store } from '../../../shared/store/store.ts'
import { sourceTable } from './source-table.ts'

/** Whose sources, and what it takes to change them. */
export type Sources = {
  readonly store: Store
  readonly bus: () => Promise<BusClient>
  readonly now: () => Date
  readonly tenantId: string
}

export const openSources = ({ store }: Sources) => store.open(sourceTable)

/**
 * Throws `conflict` when one of the rows was changed since it was read, and nothing is stored then.
 * @returns whether all events are out; those that are not are published by the sweep
 */
export const commitSources = (
  sources: Sources,
  operations: readonly Operation[],
  events: readonly CloudEvent[],
  publish: 'in-any-order' | 'later' = 'in-any-order',
): Promise<{ readonly isPublished: boolean }> =>
  commitWithEvents(sources, { table: sourceTable, tenantId: sources.tenantId, operations, events, publish })

/** The same id with another body: which of the two holds must not depend on which came first without anybody noticing (R2). */
export const refuseReuse = (what: string): never => {
  throw new AppError('idempotency-key-reused', `${what} was already recorded with a different body. Use a new id.`)
}
