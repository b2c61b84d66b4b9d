// Decides which ticket a detection is on, before PSA hears of it: one that was begun for its client and cause, or a new one.
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import { findClient } from '../../../shared/clients/client-directory.ts'
import { type Placement, findPlacement } from '../../../shared/clients/placement.ts'
import type { Row, Store } from '../../../shared/store/store.ts'
import { type Detection, ticketRefOf } from './detection.ts'
import { type Window, windowAt, withWindow } from './detection-window.ts'
import { type DetectionRow, type TicketRow, securityTicketTable } from './security-ticket-table.ts'
import { draftOf } from './ticket-draft.ts'

export type Work = {
  readonly store: Store
  readonly psa: PsaClient
  readonly now: () => Date
  readonly tenantId: string
  /** Aborted when the time is up: then nothing is begun again. */
  readonly signal: AbortSignal
}

/** A detection with the ticket that it is on, or shall be. */
export type Claimed = { readonly row: Row<DetectionRow>; readonly ticket: Row<TicketRow> }

/**
 * Writes the claim. Throws `conflict` when somebody else claimed the detection, or began a ticket for its group, at the same time.
 * @param known its claim on a ticket that is gone
 */
export const claim = async (
  work: Work,
  detection: Detection,
  known: Row<DetectionRow> | undefined,
): Promise<Claimed> => {
  const { store, tenantId } = work
  const rows = store.open(securityTicketTable)
  const group = await rows.group.get({ tenantId, clientId: detection.client_id ?? '', cause: detection.cause })
  const window = windowAt(group?.value.windows ?? [], detection.detected_at)
  const parent = window && (await rows.ticket.get({ tenantId, ref: window.ref }))
  if (!parent || parent.value.state === 'gone') return begin(work, detection, { known, group, gone: window })
  const joined = claimOn(tenantId, detection, parent.value.ref)
  const row = await (known ? rows.detection.update(known, joined) : rows.detection.insert(joined))
  return { row, ticket: parent }
}

const claimOn = (tenantId: string, detection: Detection, ref: string): DetectionRow => ({
  tenantId,
  detectionId: detection.detection_id,
  ref,
  settled: false,
  detection,
})

type Group = Row<{ readonly tenantId: string; clientId: string; cause: string; windows: Window[] }>

type Before = {
  readonly known: Row<DetectionRow> | undefined
  readonly group: Group | undefined
  /** The window whose ticket is gone. */
  readonly gone: Window | undefined
}

/** The claim, the window and the ticket, all or nothing. */
const begin = async (work: Work, detection: Detection, { known, group, gone }: Before): Promise<Claimed> => {
  const { store, tenantId } = work
  const rows = store.open(securityTicketTable)
  const clientId = detection.client_id ?? ''
  const ref = ticketRefOf(tenantId, detection.detection_id)
  // Its own ticket of before, when that is the one that is gone.
  const [earlier, placement] = await Promise.all([rows.ticket.get({ tenantId, ref }), placementOf(work, clientId)])
  const own = claimOn(tenantId, detection, ref)
  const ticket = {
    tenantId,
    ref,
    createdAt: work.now().toISOString(),
    state: 'begun' as const,
    detectionId: detection.detection_id,
    clientId,
    draft: draftOf(tenantId, detection, placement),
  }
  const begun = { ref, firstDetectedAt: new Date(detection.detected_at).toISOString() }
  const next = {
    tenantId,
    clientId,
    cause: detection.cause,
    windows: [...withWindow(group?.value.windows ?? [], begun, gone)],
  }
  const [row, , written] = await rows.transaction([
    known ? rows.detection.toUpdate(known, own) : rows.detection.toInsert(own),
    group ? rows.group.toUpdate(group, next) : rows.group.toInsert(next),
    earlier ? rows.ticket.toUpdate(earlier, ticket) : rows.ticket.toInsert(ticket),
  ])
  return { row: row as Row<DetectionRow>, ticket: written as Row<TicketRow> }
}

/** @param clientId empty for none */
export const placementOf = async ({ store, tenantId }: Work, clientId: string): Promise<Placement> =>
  findPlacement(store, tenantId, clientId === '' ? undefined : await findClient(store, tenantId, clientId))
