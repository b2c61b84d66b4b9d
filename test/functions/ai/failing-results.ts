// The features that write a document, a note or fields into a product, for tests in which its peers fail.
import type * as z from 'zod'
import { assetEnrichmentTable } from '../../../functions/ai/asset-enrichment/asset-enrichment-table.ts'
import { enrichmentTable } from '../../../functions/ai/enrichment/enrichment-table.ts'
import { narrativeResult } from '../../../functions/ai/results/attack-narrative/result.ts'
import { recapResult } from '../../../functions/ai/results/call-recap/result.ts'
import { rootCauseTable } from '../../../functions/ai/root-causes/root-cause-table.ts'
import { transcriptionIdOf, transcriptionTable } from '../../../functions/ai/transcription/transcription-table.ts'
import { sweepResults } from '../../../shared/results/making.ts'
import type { ResultDefinition } from '../../../shared/results/result.ts'
import { eventOf } from '../../support/bus-events.ts'
import { type ShownResult, call, investigation, startEvidencing, tellingOf } from '../../support/evidence.ts'
import { makeOlder } from '../../support/pending-markers.ts'
import { assetEnrichment, companyEnrichment, rootCause } from './crashed-flows.ts'
import { type Begun, type Feature, type World, counted } from './failing-feature.ts'
import { first, recorded, second } from './transcription/recorded-call.ts'

const limit = 100
const whole = () => AbortSignal.timeout(60_000)

/** Words that there is no result yet are replaced by it: they are none. */
const available = (results: readonly ShownResult[]): number =>
  results.filter(({ result }) => result.state === 'available').length

const searchForCause = async ({ stack, services }: World) => {
  const { tenantId, ask, written } = await rootCause(stack)
  const rows = services.store().open(rootCauseTable)
  return {
    tenantId,
    events: [],
    ask,
    results: written,
    left: async () => {
      const causes = (await rows.cause.list({ tenantId }, { limit })).rows
      const material = causes.map(({ value }) => rows.material.list({ tenantId, causeId: value.causeId }, { limit }))
      return (await Promise.all(material)).flatMap((page) => counted(page.rows, 'sources that were read'))
    },
  }
}

const enrichCompany = async ({ stack, services }: World) => {
  const { tenantId, ask, written } = await companyEnrichment(stack)
  const rows = services.store().open(enrichmentTable)
  return {
    tenantId,
    events: [],
    ask,
    results: written,
    left: async () => {
      const begun = (await rows.enrichment.list({ tenantId }, { limit })).rows.map(({ value }) => value)
      const findings = await Promise.all(begun.map(({ ref }) => rows.findings.get({ tenantId, ref })))
      return [
        ...counted(
          begun.filter(({ state, stop }) => state === 'begun' && stop === undefined),
          'enrichments begun',
        ),
        ...counted(
          findings.filter((row) => row !== undefined),
          'findings',
        ),
      ]
    },
  }
}

const enrichAsset = async ({ stack, services }: World) => {
  const { tenantId, ask, written } = await assetEnrichment(stack)
  const rows = services.store().open(assetEnrichmentTable).enrichment
  return {
    tenantId,
    events: [],
    ask,
    results: written,
    left: async () => {
      const all = (await rows.list({ tenantId }, { limit })).rows.map(({ value }) => value)
      return counted(
        all.filter(({ state, draft }) => state === 'begun' || draft !== undefined),
        'enrichments begun',
      )
    },
  }
}

/** What a feature makes of something that Defend or Voice tells of, in one document. */
const makeDocument = async <Peer, Result extends z.ZodType>(
  { services }: World,
  { tenantId, unfinished }: Pick<Evidencing, 'tenantId' | 'unfinished'>,
  { kind, id, definition, results }: Document<Peer, Result>,
): Promise<Begun> => {
  const store = services.store()
  const { tables } = definition
  const rows = store.open(tables.table).result
  return {
    tenantId,
    events: [tellingOf(kind, tenantId, id)],
    results: async () => available(await results()),
    left: async () => [
      ...counted(
        (await rows.list({ tenantId }, { limit })).rows.filter(({ value }) => value.state === 'begun'),
        `documents begun: ${kind}`,
      ),
      ...counted(Array.from({ length: await unfinished() }), 'markers'),
    ],
    night: async () => {
      await makeOlder(tables.unfinished, store, tenantId, 11 * 60_000)
      await sweepResults(definition, services, whole())
    },
  }
}

type Evidencing = Awaited<ReturnType<typeof startEvidencing>>
type Document<Peer, Result extends z.ZodType> = {
  readonly kind: Parameters<typeof tellingOf>[0]
  readonly id: string
  readonly definition: ResultDefinition<Peer, Result>
  readonly results: () => Promise<readonly ShownResult[]>
}

const narrate = async (world: World) => {
  const stage = await startEvidencing(world.stack, { changed: () => world.services })
  const id = await stage.defend.put('investigation', investigation())
  const { results } = stage.defend
  return makeDocument(world, stage, {
    kind: 'narrative',
    id,
    definition: narrativeResult,
    results,
  })
}

const recap = async (world: World) => {
  const stage = await startEvidencing(world.stack, { changed: () => world.services })
  const id = await stage.voice.put('call', call())
  const { results } = stage.voice
  return makeDocument(world, stage, { kind: 'recap', id, definition: recapResult, results })
}

/** The end of the call is told as well, before or after: its recap is made from the transcription, by whichever comes second. */
const transcribe = async (world: World) => {
  const { tenantId, store, voice } = await startEvidencing(world.stack, { changed: () => world.services })
  const callId = await voice.put('call', recorded([first, second]))
  const data = { call_id: callId, client_id: null, ready_at: new Date().toISOString() }
  const ready = eventOf({ type: 'voice.recording.ready', tenantId, data })
  const kept = { tenantId, transcriptionId: transcriptionIdOf(tenantId, callId) }
  const resultsOf = async (isTranscription: boolean) =>
    (await voice.results()).filter(({ kind }) => (kind === 'transcription') === isTranscription)
  return {
    tenantId,
    events: [ready, tellingOf('recap', tenantId, callId)],
    results: async () => available(await resultsOf(true)),
    left: async () => [
      ...(available(await resultsOf(false)) === 1 ? [] : ['no recap']),
      ...counted((await store.open(transcriptionTable).heard.list(kept, { limit })).rows, 'chunks that were heard'),
    ],
  }
}

export const resultFeatures: readonly Feature[] = [
  {
    name: 'the search for a root cause',
    peers: ['hub', 'psa', 'rmm', 'cmdb'],
    tells: { peer: 'psa', operation: 'addNote' },
    begin: searchForCause,
  },
  {
    name: 'the enrichment of a company',
    peers: ['hub', 'crm'],
    tells: { peer: 'crm', operation: 'createEnrichment' },
    begin: enrichCompany,
  },
  {
    name: 'the enrichment of an asset',
    peers: ['hub', 'cmdb', 'rmm', 'defend'],
    tells: { peer: 'cmdb', operation: 'createEnrichment' },
    begin: enrichAsset,
  },
  {
    name: 'the narrative of an attack',
    peers: ['hub', 'defend'],
    tells: { peer: 'defend', operation: 'putNarrative' },
    begin: narrate,
  },
  {
    name: 'the recap of a call',
    peers: ['hub', 'voice'],
    tells: { peer: 'voice', operation: 'putRecap' },
    begin: recap,
  },
  {
    name: 'a transcription',
    peers: ['hub', 'voice'],
    tells: { peer: 'voice', operation: 'putTranscription' },
    begin: transcribe,
  },
]
