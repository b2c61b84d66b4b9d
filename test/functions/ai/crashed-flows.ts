// Flows of the AI Platform that are killed half-way, for tests: how one is asked for in an organization of its own, and how often its product was told.
import { randomUUID } from 'node:crypto'
import { assetEnrichmentFlowName } from '../../../functions/ai/asset-enrichment/flow-name.ts'
import { enrichmentFlowName } from '../../../functions/ai/enrichment/flow-name.ts'
import { rootCauseFlowName } from '../../../functions/ai/root-causes/flow-name.ts'
import { transcriptionFlowName } from '../../../functions/ai/transcription/flow-name.ts'
import { transcriptionIdOf } from '../../../functions/ai/transcription/transcription-table.ts'
import type { PortName } from '../../../local/ports.ts'
import type { Stack } from '../../../local/stack.ts'
import { identity, signIn } from '../../support/browser-client.ts'
import { crmControl } from '../../support/crm-control.ts'
import { eventOf, publish } from '../../support/bus-events.ts'
import { startEvidencing } from '../../support/evidence.ts'
import { hubControl } from '../../support/hub-control.ts'
import { startEnriching } from './asset-enrichment/enriching.ts'
import { northwind, withThing } from './enrichment/page.ts'
import { startSearching } from './root-causes/searching.ts'
import { first, recorded } from './transcription/recorded-call.ts'

export type CrashedFlow = {
  readonly tenantId: string
  /** Asks for it. @returns the id of its request; undefined when it was not accepted */
  readonly ask: () => Promise<string | undefined>
  /** What the product has of it: it must come to one. */
  readonly written: () => Promise<number>
}

type Running = Pick<Stack, 'urls' | 'settings'>

export type FlowKind = {
  readonly name: string
  readonly flow: string
  /** That it writes into. */
  readonly product: PortName
  /** Requests that are steps of it, by the end of their address. */
  readonly steps: RegExp
  /** The request by which the product is told. */
  readonly telling: RegExp
  /** The request by which a part of its work is kept, before the product is told. */
  readonly keeping: RegExp
  readonly isAskedByMessage?: boolean
  readonly prepare: (stack: Running) => Promise<CrashedFlow>
}

const put = async (url: string, body: unknown): Promise<void> => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'PUT', body: JSON.stringify(body), headers })
  if (!response.ok) throw new Error(`PUT ${url}: ${response.status} ${await response.text()}`)
}

const read = async (url: string): Promise<unknown> => (await fetch(url)).json()

/** As the answer of a function that starts a flow has it. */
const accepted = async (answer: Promise<Response>): Promise<string | undefined> => {
  const response = await answer
  return response.ok ? ((await response.json()) as { id: string }).id : undefined
}

export const rootCause = async (stack: Running): Promise<CrashedFlow> => {
  const { tenantId, ask, notes } = await startSearching(stack)
  return { tenantId, ask: () => accepted(ask()), written: async () => (await notes()).length }
}

export const companyEnrichment = async ({ urls }: Running): Promise<CrashedFlow> => {
  const who = identity({ role: 'member', product: 'ai' })
  const { tenantId } = who
  const client = await signIn(urls, who)
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'ai', 'crm'], aiTier: 'ai-pro' })
  const host = `www.${randomUUID()}.com`
  const company = { name: 'Northwind Traders', companyName: 'Northwind Traders', website: `https://${host}/` }
  const record = { ...company, emailDomains: [], industries: [], fields: [] }
  await put(`${urls.crm}/_control/enrichable/company/c-1?tenantId=${tenantId}`, record)
  await crmControl(urls.crm, tenantId).showCompany(who.userId, 'c-1')
  const body = withThing({ ...northwind, foundingDate: '1987', numberOfEmployees: 120 })
  await put(`${urls.web}/_control/pages`, { host, path: '/', body })
  return {
    tenantId,
    ask: () => accepted(client.send('POST', '/api/ai/enrichments', { kind: 'company', id: 'c-1' })),
    written: () => enrichmentsOf(`${urls.crm}/_control/enrichments?tenantId=${tenantId}`),
  }
}

export const assetEnrichment = async (stack: Running): Promise<CrashedFlow> => {
  const { tenantId, putAsset, putDevice, enrichments, technician } = await startEnriching(stack)
  await putAsset()
  await putDevice()
  const client = await technician(null)
  return {
    tenantId,
    ask: () => accepted(client.send('POST', '/api/ai/asset-enrichments', { assetReference: 'asset-1' })),
    written: async () => (await enrichments()).length,
  }
}

const transcription = async (stack: Running): Promise<CrashedFlow> => {
  const { tenantId, voice } = await startEvidencing(stack)
  const callId = await voice.put('call', recorded([first]))
  const data = { call_id: callId, client_id: null, ready_at: new Date().toISOString() }
  const event = eventOf({ type: 'voice.recording.ready', tenantId, data })
  return {
    tenantId,
    ask: async () => {
      await publish(stack.urls.bus, 'voice', event)
      return transcriptionIdOf(tenantId, callId)
    },
    // The transcription, and the recap that is made of it.
    written: async () => {
      const results = await voice.results()
      return results.length < 2 ? 0 : Math.max(...results.map(({ changes }) => changes))
    },
  }
}

const enrichmentsOf = async (url: string): Promise<number> =>
  ((await read(url)) as { enrichments: readonly unknown[] }).enrichments.length

export const flowKinds: readonly FlowKind[] = [
  {
    name: 'the search for a root cause',
    flow: rootCauseFlowName,
    product: 'psa',
    steps: /\/aiRootCauses\b|\/v1\/tickets\//,
    telling: /^POST \/v1\/tickets\/[^/]+\/notes/,
    keeping: /^PUT .*RowKey='material!/,
    prepare: rootCause,
  },
  {
    name: 'the enrichment of a company',
    flow: enrichmentFlowName,
    product: 'crm',
    steps: /\/aiEnrichments\b|\/v1\/(?:records|enrichments)/,
    telling: /^POST \/v1\/enrichments/,
    keeping: /^PUT .*RowKey='findings'/,
    prepare: companyEnrichment,
  },
  {
    name: 'the enrichment of an asset',
    flow: assetEnrichmentFlowName,
    product: 'cmdb',
    steps: /\/aiAssetEnrichments\b|\/v1\/(?:assets|enrichments)/,
    telling: /^POST \/v1\/enrichments/,
    keeping: /^PUT .*\/aiAssetEnrichments\(/,
    prepare: assetEnrichment,
  },
  {
    name: 'a transcription',
    flow: transcriptionFlowName,
    product: 'voice',
    steps: /\/aiTranscriptions\b|\/v1\/calls\//,
    telling: /^PUT \/v1\/calls\/[^/]+\/transcription/,
    keeping: /^PUT .*RowKey='heard!/,
    isAskedByMessage: true,
    prepare: transcription,
  },
]
