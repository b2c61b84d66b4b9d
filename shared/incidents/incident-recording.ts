// Records failures of integrations as incidents: those of one cause count up, and a message that cannot be handled is parked with its own.
import { randomBytes } from 'node:crypto'
import { sha256 } from '../auth/digest.ts'
import { errorTable } from '../error-table.ts'
import type { AppError } from '../errors.ts'
import type { Integration } from '../integrations.ts'
import type { Sealing } from '../secrets/sealing.ts'
import type { Operation } from '../store/operation.ts'
import type { OpenTable, Row, Store } from '../store/store.ts'
import { newestFirst } from '../store/key.ts'
import { currentTrace } from '../telemetry/trace.ts'
import { escalationPending } from './escalation-pending.ts'
import { ownerOfTenant, platform } from './incident-owner.ts'
import { type Incident, type ParkedMessage, incidentTable } from './incident-table.ts'
import { forgetOpenIncidents } from './open-incidents.ts'
import { sealBody } from './parked-body.ts'
import { untilUncontested } from './repetition.ts'

export type Failure = {
  /** The pair of products and the direction. */
  readonly integration: Integration
  /** What was tried, in words: `create security ticket`. */
  readonly operation: string
  readonly severity?: Incident['severity']
  readonly error: AppError
  /** What has an incident of its own, such as the id of a company; else all failures of one cause share one. */
  readonly thing?: string
  /** Whom it happened to, when that is known. A fault of the platform is recorded as such all the same. */
  readonly tenantId?: string | undefined
  /** How many failures these are; one unless told. */
  readonly times?: number
}

type IncidentKey = Pick<Incident, 'owner' | 'incidentId'>

type Tools = { readonly store: Store; readonly now: () => Date }

/** Counts a failure up, or opens an incident for it. Throws `conflict` when too many failures of one cause arrive at once. */
export const recordIncident = async (tools: Tools, failure: Failure): Promise<void> => {
  await record(tools, failure)
}

export type MessageToPark = Pick<
  ParkedMessage,
  | 'parkedId'
  | 'subscriber'
  | 'queue'
  | 'messageId'
  | 'contentType'
  | 'publisher'
  | 'tenantId'
  | 'eventType'
  | 'eventId'
  | 'field'
  | 'attempts'
  | 'replays'
> & { readonly body: string; readonly bodyEncoding: 'text' | 'base64' }

type SealedMessage = Omit<MessageToPark, 'body'> & { readonly sealed: string }

/**
 * Keeps the message with an incident, in one step. Parking the same message again changes nothing. Throws as `recordIncident` and `sealBody`.
 * @returns the incident
 */
export const parkMessage = async (
  tools: Tools & { readonly sealing: () => Promise<Sealing> },
  failure: Failure,
  message: MessageToPark,
): Promise<IncidentKey> => {
  const { body: _, ...rest } = message
  return record(tools, failure, { ...rest, sealed: await sealBody(await tools.sealing(), message) })
}

const record = (tools: Tools, failure: Failure, message?: SealedMessage): Promise<IncidentKey> =>
  untilUncontested({
    store: tools.store,
    of: `${ownerOf(failure)} ${groupOf(failure)}`,
    what: 'recorded',
    change: () => recordOnce(tools, failure, message),
  })

const recordOnce = async ({ store, now }: Tools, failure: Failure, message?: SealedMessage): Promise<IncidentKey> => {
  const rows = store.open(incidentTable)
  const owner = ownerOf(failure)
  const group = groupOf(failure)
  const pointer = await rows.group.get({ owner, group })
  const pointed = pointer && (await rows.incident.get({ owner, incidentId: pointer.value.incidentId }))
  // Resolved since the pointer was read: a new one is opened, on the condition that the pointer is still there, and so at the next try.
  const known = pointed?.value.state === 'resolved' ? undefined : pointed
  const at = now().toISOString()
  const key = { owner, incidentId: known?.value.incidentId ?? newIncidentId(at) }
  const parked = message && known && (await rows.parked.get({ ...key, parkedId: message.parkedId }))
  if (message && parked && isKnown(parked.value, message)) return key
  const isMore = message !== undefined && parked === undefined
  const fresh = known ? undefined : opened({ ...key, group }, failure, at, isMore)
  // First: what ends in between leaves a marker with no incident behind it, and no incident that nobody is ever called about.
  if (fresh?.severity === 'high')
    await escalationPending.mark(store, { tenantId: owner, ref: key.incidentId, createdAt: at }, now())
  await rows.transaction([
    ...(known ? [rows.incident.toUpdate(known, countedUp(known, failure, at, isMore))] : []),
    ...(fresh ? opening(rows, pointer, fresh) : []),
    ...(message ? parking(rows, parked, { key, failure, message, at }) : []),
  ])
  forgetOpenIncidents(store, owner)
  return key
}

/**
 * Parked already, or an older copy of one that is on its way again. A copy that was sent once more than is written down is news, although it
 * is parked: whoever sent it could not mark it.
 */
const isKnown = ({ state, replays }: ParkedMessage, message: Pick<MessageToPark, 'replays'>): boolean =>
  message.replays < replays || (message.replays === replays && state === 'parked')

type IncidentRows = OpenTable<typeof incidentTable.kinds>

const opening = (
  rows: IncidentRows,
  pointer: Row<Pick<Incident, 'owner' | 'group' | 'incidentId'>> | undefined,
  incident: Incident,
): readonly Operation[] => {
  const { owner, group, incidentId, integration, operation } = incident
  const next = { owner, group, incidentId }
  return [
    rows.incident.toInsert(incident),
    rows.unresolved.toInsert({ owner, incidentId, integration, operation }),
    pointer ? rows.group.toUpdate(pointer, next) : rows.group.toInsert(next),
  ]
}

type Parking = {
  readonly key: IncidentKey
  readonly failure: Failure
  readonly message: SealedMessage
  readonly at: string
}

const parking = (
  rows: IncidentRows,
  parked: Row<ParkedMessage> | undefined,
  { key, failure: { error }, message: { sealed, bodyEncoding: encoding, ...message }, at }: Parking,
): readonly Operation[] => {
  const row: ParkedMessage = {
    ...key,
    ...message,
    code: error.code,
    detail: error.message,
    parkedAt: at,
    correlationId: currentTrace()?.correlationId ?? '',
    state: 'parked',
  }
  return [
    parked ? rows.parked.toUpdate(parked, row) : rows.parked.toInsert(row),
    rows.body.toUpsert({
      ...key,
      parkedId: message.parkedId,
      parkedAt: at,
      ...(message.tenantId !== undefined && { tenantId: message.tenantId }),
      encoding,
      sealed,
    }),
  ]
}

export const ownerOf = ({ error, tenantId }: Pick<Failure, 'error' | 'tenantId'>): string =>
  errorTable[error.code].incident === 'platform' || tenantId === undefined ? platform : ownerOfTenant(tenantId)

export const groupOf = ({ integration, operation, error, thing }: Failure): string =>
  sha256(JSON.stringify([integration, operation, error.code, ...(thing === undefined ? [] : [thing])]))

const newIncidentId = (at: string): string => `inc_${newestFirst(at)}_${randomBytes(6).toString('hex')}`

const latestOf = (
  { error, tenantId, thing }: Failure,
  at: string,
): Pick<Incident, 'lastSeenAt' | 'correlationId' | 'facts'> => {
  const { peer, operation, peerStatus, settings, subjects } = error.details
  // Of the platform, several organizations may have one: then it says nothing of any of them.
  const isOfOne = thing !== undefined || ownerOf({ error, tenantId }) !== platform
  return {
    lastSeenAt: at,
    correlationId: currentTrace()?.correlationId ?? '',
    facts: {
      ...(peer !== undefined && { peer }),
      ...(operation !== undefined && { peerOperation: operation }),
      ...(peerStatus !== undefined && { peerStatus }),
      ...(settings && { settings: [...settings] }),
      ...(subjects && isOfOne && { subjects: [...subjects] }),
    },
  }
}

const countedUp = ({ value }: Row<Incident>, failure: Failure, at: string, isMore: boolean): Incident => {
  const { recoveredAt: _, ...rest } = value
  return {
    ...rest,
    ...latestOf(failure, at),
    count: value.count + (failure.times ?? 1),
    parked: value.parked + (isMore ? 1 : 0),
  }
}

/** A credential of the platform that a model refuses stops all that is asked of models, and stays refused: whatever was tried, it is worth a call. */
const severityOf = ({ error, severity = 'normal' }: Failure): Incident['severity'] =>
  error.code === 'model-unauthorized' ? 'high' : severity

const opened = (
  key: Pick<Incident, 'owner' | 'incidentId' | 'group'>,
  failure: Failure,
  at: string,
  isMore: boolean,
): Incident => ({
  ...key,
  ...latestOf(failure, at),
  integration: failure.integration,
  operation: failure.operation,
  code: failure.error.code,
  severity: severityOf(failure),
  state: 'open',
  count: failure.times ?? 1,
  parked: isMore ? 1 : 0,
  firstSeenAt: at,
})
