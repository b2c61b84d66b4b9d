// Flows of the AI Platform that end after a request to the storage or to their product, or before the first: gone on with, there is one result.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { chooseValues, findCandidates, writeValues } from '../../../functions/ai/enrichment/enrichment-steps.ts'
import { requestEnrichment } from '../../../functions/ai/enrichment/requesting.ts'
import { requestCause } from '../../../functions/ai/root-causes/requesting.ts'
import { makeReport, planCause, readSource, writeReport } from '../../../functions/ai/root-causes/root-cause-steps.ts'
import { requestTranscription } from '../../../functions/ai/transcription/requesting.ts'
import {
  planTranscription,
  transcribeChunk,
  writeTranscription,
} from '../../../functions/ai/transcription/transcription-steps.ts'
import { transcriptionIdOf } from '../../../functions/ai/transcription/transcription-table.ts'
import type { RunningStandIn } from '../../../local/stand-ins/stand-in.ts'
import { startWeb } from '../../../local/web/web.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import type { Peer } from '../../../shared/peers/peers.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { newTenantId } from '../../support/browser-client.ts'
import { startEvidencing } from '../../support/evidence.ts'
import { heldServices } from '../../support/held-services.ts'
import { hubControl } from '../../support/hub-control.ts'
import { type Moment, momentsOf, oneOfEach } from '../../support/thoroughness.ts'
import { northwind, withThing } from './enrichment/page.ts'
import { first, recorded, second } from './transcription/recorded-call.ts'
import { askedRecords, startSearching } from './root-causes/searching.ts'

const stack = inject('stack')
let web: RunningStandIn
let whole: Services
beforeAll(async () => {
  web = await startWeb({ port: 0 })
  whole = createServices(loadConfig({ ...stack.settings, WEB_STAND_IN_URL: web.url }))
})
afterAll(async () => {
  await whole.close()
  await web.close()
})

/** The steps are run here, one after the other, as an orchestration does. */
const noFlows = {
  start: () => Promise.resolve({ request: { state: 'started' }, isNew: true }),
} as unknown as FlowClient

type Begun = {
  readonly steps: (services: Services) => readonly (() => Promise<unknown>)[]
  readonly results: () => Promise<number>
}
type Kind = {
  readonly peer: Peer
  readonly setting: string
  readonly isStep: RegExp
  readonly begin: () => Promise<Begun>
}

const beginCause = async (): Promise<Begun> => {
  const { tenantId, userId, ticketId, notes } = await startSearching(stack)
  const asking = { services: whole, flows: noFlows, now: whole.now, tenantId, userId, requestedBy: `user:${userId}` }
  const { causeId: requestId } = await requestCause(asking, { ticketId, records: [...askedRecords] })
  return {
    steps: (services) => {
      const work = { services, tenantId, requestId }
      const reads = [0, 1, 2].map((position) => () => readSource(work, position))
      return [() => planCause(work), ...reads, () => makeReport(work), () => writeReport(work)]
    },
    results: async () => (await notes()).length,
  }
}

const crm = async (tenantId: string, method: string, path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${stack.urls.crm}/_control/${path}?tenantId=${tenantId}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

const beginEnrichment = async (): Promise<Begun> => {
  const tenantId = newTenantId()
  const host = `www.${randomUUID()}.com`
  await hubControl(stack.urls.hub, tenantId).putOrganization({ products: ['hub', 'ai', 'crm'], aiTier: 'ai-pro' })
  await crm(tenantId, 'PUT', 'enrichable/company/c-1', {
    name: 'Northwind Traders',
    companyName: 'Northwind Traders',
    website: `https://${host}/`,
    emailDomains: [],
    industries: [],
    fields: [],
  })
  await fetch(`${web.url}/_control/pages`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ host, path: '/', body: withThing({ ...northwind, foundingDate: '1987' }) }),
  })
  const store = whole.store()
  const asking = { services: whole, store, now: whole.now, flows: noFlows, tenantId, requestedBy: 'key:test' }
  const { id: requestId } = await requestEnrichment(asking, { kind: 'company', id: 'c-1' })
  return {
    steps: (services) => {
      const step = async () => {
        const { now } = services
        return { store: services.store(), tenantId, requestId, services, now, crm: await services.crm() }
      }
      return [
        async () => findCandidates(await step(), AbortSignal.timeout(60_000)),
        async () => chooseValues(await step(), AbortSignal.timeout(60_000)),
        async () => writeValues(await step()),
      ]
    },
    results: async () => {
      const { enrichments } = (await crm(tenantId, 'GET', 'enrichments')) as {
        readonly enrichments: readonly unknown[]
      }
      return enrichments.length
    },
  }
}

const beginTranscription = async (): Promise<Begun> => {
  const { tenantId, voice } = await startEvidencing(stack)
  const callId = await voice.put('call', recorded([first, second]))
  const told = { tenantId, callId, toldAt: whole.now(), requestedBy: 'product:voice' }
  await requestTranscription({ store: whole.store(), flows: noFlows }, told)
  return {
    steps: (services) => {
      const work = { services, tenantId, requestId: transcriptionIdOf(tenantId, callId) }
      const chunks = [0, 1].map((position) => () => transcribeChunk(work, position))
      return [() => planTranscription(work), ...chunks, () => writeTranscription(work)]
    },
    results: async () => (await voice.results()).reduce((sum, { changes }) => sum + changes, 0),
  }
}

const kinds: Readonly<Record<string, Kind>> = {
  'the search for a root cause': {
    peer: 'psa',
    setting: 'PSA_API_URL',
    isStep: /aiRootCauses|\/v1\/tickets/,
    begin: beginCause,
  },
  'an enrichment': { peer: 'crm', setting: 'CRM_API_URL', isStep: /aiEnrichments|\/v1\//, begin: beginEnrichment },
  'a transcription': {
    peer: 'voice',
    setting: 'VOICE_API_URL',
    isStep: /aiTranscriptions|\/v1\/calls/,
    begin: beginTranscription,
  },
}

/** Rows that differ in their number alone are written and deleted one like the other. */
const kindOf = ({ step, side }: Moment, requests: readonly string[]): string => {
  const [, method, row] = /^(\w+) .*RowKey='(\w+)![\d!]+'/.exec(requests[step - 1] ?? '') ?? []
  return row === undefined ? `${side} ${step}` : `${side} ${method} ${row}`
}

type Told = (index: number) => void
const runFrom = async (steps: readonly (() => Promise<unknown>)[], from = 0, onStep: Told = () => {}) => {
  for (const [index, step] of steps.entries()) {
    if (index < from) continue
    onStep(index)
    await step()
  }
}

describe.each(Object.entries(kinds))('%s', (_name, { begin, ...held }) => {
  it('that is cut off and gone on with has one result', { timeout: 180_000 }, async () => {
    const settings = { WEB_STAND_IN_URL: web.url }
    const counting = await heldServices(stack, held, settings)
    // Tables are made, and what is cached is read, by the first one of all.
    await runFrom((await begin()).steps(counting.services))
    const counted = await begin()
    counting.requests.begin()
    await runFrom(counted.steps(counting.services))
    const requested = counting.requests.seen()
    const moments = oneOfEach(momentsOf(requested), (moment) => kindOf(moment, requested))
    expect(moments.length).toBeGreaterThan(3)
    await counting.close()

    // What was cut off tries for a while to reach what is closed then.
    const cutOff: Promise<unknown>[] = []
    for (const { step, side } of moments) {
      const { requests, services, close } = await heldServices(stack, held, settings)
      const begun = await begin()
      let reached = 0
      requests.begin({ request: step, side })
      const ended = runFrom(begun.steps(services), 0, (index) => (reached = index)).then(
        () => 'ended',
        (error: unknown) => `failed: ${String(error)}`,
      )
      const place = `${side} request ${step}`
      expect(await Promise.race([requests.held().then(() => 'held'), ended]), place).toBe('held')
      await runFrom(begun.steps(whole), reached)
      // The last step is run once more: the word that it is done may have been lost.
      await runFrom(begun.steps(whole).slice(-1))
      expect(await begun.results(), place).toBe(1)
      await close()
      cutOff.push(ended)
    }
    await Promise.all(cutOff)
  })
})
