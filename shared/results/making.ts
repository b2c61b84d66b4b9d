// Makes a result and writes it once, however often, at once or cut off half-way it is asked for.
import type * as z from 'zod'
import type { EffectRows, PeerTools, RecordDefinition } from '../effects/effect-row.ts'
import { makeRecord } from '../effects/record.ts'
import { sweep } from '../effects/sweep.ts'
import { errorTable } from '../error-table.ts'
import { AppError, isAppError, toAppError } from '../errors.ts'
import { wholeReply } from '../features/replies.ts'
import { answerFeature } from '../features/answering.ts'
import type { AiResultSeen } from '../peers/ai-result/results.ts'
import type { Services } from '../services.ts'
import type { Marker } from '../store/pending.ts'
import { retryOnConflict } from '../store/retry-on-conflict.ts'
import type { Row, Store } from '../store/store.ts'
import { log } from '../telemetry/log.ts'
import { schemaOf } from '../triggers/schema-source.ts'
import {
  type Evidence,
  NotYet,
  type Question,
  type ResultDefinition,
  type Subject,
  type Unavailable,
  madeBy,
  referenceOf,
} from './result.ts'
import type { ResultRow } from './result-table.ts'

type Asked = Subject & {
  /** When the product said so: a record that is not there a while later is not waited for. */
  readonly toldAt: Date
  readonly signal: AbortSignal
}

/** `duplicate`: it stands there already. `ignored`: the product does not have the record any more. */
type Outcome = 'completed' | 'duplicate' | 'ignored'

/**
 * Repeating it finishes what was begun. Where there can be no result for now, the product gets the words for that, and a repetition replaces them.
 * @throws AppError of the peer; of the model, once the words are there
 */
export const makeResult = async <Peer, Draft extends z.ZodType>(
  definition: ResultDefinition<Peer, Draft>,
  services: Services,
  asked: Asked,
): Promise<Outcome> => {
  const { unfinished } = definition.tables
  try {
    const isConflict = (error: unknown): boolean => isAppError(error, 'conflict') && !(error instanceof NotYet)
    return await retryOnConflict(() => makeOnce(definition, services, asked), { signal: asked.signal, isConflict })
  } catch (error) {
    // Its message is parked: the replay of that is awaited, and not the night.
    if (isAppError(error) && errorTable[error.code].onMessage === 'park')
      await unfinished.clear(services.store(), await mark(definition, services, asked))
    throw error
  }
}

const makeOnce = async <Peer, Draft extends z.ZodType>(
  definition: ResultDefinition<Peer, Draft>,
  services: Services,
  asked: Asked,
): Promise<Outcome> => {
  const rows = rowsOf(definition, services.store())
  const ref = referenceOf(definition, asked)
  const known = await rows.get({ tenantId: asked.tenantId, ref })
  if (known?.value.state === 'made') {
    // Its marker may be of an attempt that somebody else was faster than.
    await definition.tables.unfinished.clear(services.store(), await mark(definition, services, asked))
    return 'duplicate'
  }
  // What a model was asked and paid for once is not asked for again.
  if (known?.value.state === 'begun') return settle(definition, services, known.value)
  const peer = await definition.peer(services)
  const evidence = await definition.evidence(peer, services, asked)
  if (evidence === 'not-there') return notThere(definition, services, asked)
  const answered = await ask(definition, services, asked, evidence)
  if ('unavailable' in answered) {
    await putUnavailable(definition, peer, asked, answered.unavailable)
    log.info(`${definition.name}.unavailable`, { tenantId: asked.tenantId, ref, reason: answered.unavailable.reason })
    if (answered.error) throw answered.error
    return 'completed'
  }
  await mark(definition, services, asked)
  const { tenantId, subjectId } = asked
  const { clientId } = evidence as Question
  const createdAt = known?.value.createdAt ?? services.now().toISOString()
  const row = { tenantId, ref, createdAt, subjectId, clientId, state: 'begun' as const, draft: answered.draft }
  await (known ? rows.update(known, row) : rows.insert(row))
  return settle(definition, services, row)
}

type Answered<Draft> =
  | { readonly draft: Draft }
  /** `error`: it is a failure, to be told of and tried again. */
  | { readonly unavailable: Unavailable; readonly error?: AppError }

const ask = async <Peer, Draft extends z.ZodType>(
  definition: ResultDefinition<Peer, Draft>,
  services: Services,
  { tenantId, subjectId, signal }: Asked,
  evidence: Exclude<Evidence, 'not-there'>,
): Promise<Answered<z.output<Draft>>> => {
  const { feature, unavailableText: text } = definition
  const reference = referenceOf(definition, { tenantId, subjectId })
  const without = (reason: Unavailable['reason']) => ({ state: 'unavailable', reference, text, reason }) as const
  if (evidence === 'none') return { unavailable: without('no_evidence') }
  try {
    const input = (await schemaOf(feature.input)).parse(evidence.input)
    const { body } = await wholeReply(answerFeature(services, feature, { tenantId, input, signal, isUnattended: true }))
    const content = evidence.contentOf(body.answer as never)
    const made = madeBy(body, { reference, leftOut: evidence.leftOut, now: services.now() })
    return { draft: definition.draft.parse({ ...made, ...content }) }
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'ai-opted-out') return { unavailable: without('opted_out') }
    if (error.code === 'ai-tier-missing') return { unavailable: without('no_tier') }
    return { unavailable: without('failed'), error }
  }
}

/** Not over a result that somebody has written meanwhile: the product sees to that. */
const putUnavailable = async <Peer, Draft extends z.ZodType>(
  { put }: ResultDefinition<Peer, Draft>,
  peer: Peer,
  subject: Subject,
  unavailable: Unavailable,
): Promise<void> => void (await put(peer, subject, unavailable))

/** An event may overtake what it tells of, by a little. */
const overtakenMs = 2 * 60_000

const notThere = <Peer, Draft extends z.ZodType>(
  { name }: ResultDefinition<Peer, Draft>,
  { now }: Services,
  { tenantId, subjectId, toldAt }: Asked,
): Outcome => {
  if (now().getTime() - toldAt.getTime() < overtakenMs)
    throw new NotYet(`The product does not have ${subjectId} yet, of which it told.`)
  log.warn(`${name}.not_there`, { tenantId, subjectId })
  return 'ignored'
}

const mark = <Peer, Draft extends z.ZodType>(
  definition: ResultDefinition<Peer, Draft>,
  services: Services,
  subject: Subject,
): Promise<Row<Marker>> => {
  const now = services.now()
  const marked = { tenantId: subject.tenantId, ref: referenceOf(definition, subject), createdAt: now.toISOString() }
  return definition.tables.unfinished.mark(services.store(), marked, now)
}

const settle = async <Peer, Draft extends z.ZodType>(
  definition: ResultDefinition<Peer, Draft>,
  services: Services,
  row: ResultRow<z.output<Draft>>,
): Promise<'completed'> => {
  const store = services.store()
  const marker = await mark(definition, services, row)
  const tools: PeerTools<Peer> = { store, peer: await definition.peer(services), now: services.now }
  await makeRecord(recordOf(definition), tools, row)
  await definition.tables.unfinished.clear(store, marker)
  return 'completed'
}

/** As an effect. Words that stand there instead of a result are not it. */
const recordOf = <Peer, Draft extends z.ZodType>({
  name,
  tables,
  find,
  put,
}: ResultDefinition<Peer, Draft>): Omit<
  RecordDefinition<ResultRow<z.output<Draft>>, z.output<Draft>, object, Peer, AiResultSeen>,
  'readMany'
> => ({
  name,
  rows: (store) => rowsOf({ tables }, store),
  find: async (peer, tenantId, _, { subjectId }) => {
    const seen = await find(peer, { tenantId, subjectId })
    return seen?.state === 'available' ? seen : undefined
  },
  create: async ({ peer }, { tenantId, subjectId }, draft) => {
    const made = await put(peer, { tenantId, subjectId }, draft)
    if (!made) throw new AppError('peer-rejected', `The product no longer has ${subjectId}.`)
    return { thing: made.seen, isNew: made.isNew }
  },
  seen: () => ({}),
})

/** Finishes what was begun and is not known to be in its product. */
export const sweepResults = <Peer, Draft extends z.ZodType>(
  definition: ResultDefinition<Peer, Draft>,
  services: Services,
  signal: AbortSignal,
): Promise<void> => {
  const { name, integration, operation, severity, tables } = definition
  const finish = async ({ value: { tenantId, ref } }: Row<Marker>): Promise<boolean> => {
    const row = await rowsOf(definition, services.store()).get({ tenantId, ref })
    if (row?.value.state !== 'begun') return false
    await settle(definition, services, row.value)
    return true
  }
  return sweep({ name, integration, operation, severity, pending: tables.unfinished }, finish, services, signal)
}

type Rows<Draft> = {
  readonly get: (key: Pick<ResultRow<Draft>, 'tenantId' | 'ref'>) => Promise<Row<ResultRow<Draft>> | undefined>
  readonly insert: (value: ResultRow<Draft>) => Promise<Row<ResultRow<Draft>>>
} & EffectRows<ResultRow<Draft>>

const rowsOf = <Peer, Draft extends z.ZodType>(
  { tables }: Pick<ResultDefinition<Peer, Draft>, 'tables'>,
  store: Store,
): Rows<z.output<Draft>> => store.open(tables.table).result as unknown as Rows<z.output<Draft>>
