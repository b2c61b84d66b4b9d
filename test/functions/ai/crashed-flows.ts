// Flows of the AI Platform that are killed half-way, for tests: how one is asked for in an organization of its own, and how often its product was told.
import { assetEnrichmentFlowName } from '../../../functions/ai/asset-enrichment/flow-name.ts'
import { enrichmentFlowName } from '../../../functions/ai/enrichment/flow-name.ts'
import { rootCauseFlowName } from '../../../functions/ai/root-causes/flow-name.ts'
import type { Stack } from '../../../local/stack.ts'
import { identity, signIn } from '../../support/browser-client.ts'
import { hubControl } from '../../support/hub-control.ts'
import { northwind, withThing } from './enrichment/page.ts'
import { startSearching } from './root-causes/searching.ts'

export type CrashedFlow = {
  readonly tenantId: string
  readonly ask: () => Promise<Response>
  /** What the product has of it: it must come to one. */
  readonly written: () => Promise<number>
}

type Running = Pick<Stack, 'urls' | 'settings'>

export type FlowKind = {
  readonly name: string
  readonly flow: string
  /** Requests that are steps of it, by the end of their address. */
  readonly steps: RegExp
  /** The request by which the product is told. */
  readonly telling: RegExp
  /** Moments that are tried, when not all are. */
  readonly moments: number
  readonly prepare: (stack: Running) => Promise<CrashedFlow>
}

const put = async (url: string, body: unknown): Promise<void> => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'PUT', body: JSON.stringify(body), headers })
  if (!response.ok) throw new Error(`PUT ${url}: ${response.status} ${await response.text()}`)
}

const read = async (url: string): Promise<unknown> => (await fetch(url)).json()

const rootCause = async (stack: Running): Promise<CrashedFlow> => {
  const { tenantId, ask, notes } = await startSearching(stack)
  return { tenantId, ask: () => ask(), written: async () => (await notes()).length }
}

const companyEnrichment = async ({ urls }: Running): Promise<CrashedFlow> => {
  const who = identity({ role: 'member', product: 'ai' })
  const { tenantId } = who
  const client = await signIn(urls, who)
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'ai', 'crm'], aiTier: 'ai-pro' })
  const host = 'www.northwind.com'
  const company = { name: 'Northwind Traders', companyName: 'Northwind Traders', website: `https://${host}/` }
  const record = { ...company, emailDomains: [], industries: [], fields: [] }
  await put(`${urls.crm}/_control/enrichable/company/c-1?tenantId=${tenantId}`, record)
  const body = withThing({ ...northwind, foundingDate: '1987', numberOfEmployees: 120 })
  await put(`${urls.web}/_control/pages`, { host, path: '/', body })
  return {
    tenantId,
    ask: () => client.send('POST', '/api/ai/enrichments', { kind: 'company', id: 'c-1' }),
    written: () => enrichmentsOf(`${urls.crm}/_control/enrichments?tenantId=${tenantId}`),
  }
}

const assetEnrichment = async ({ urls }: Running): Promise<CrashedFlow> => {
  const who = identity({ role: 'member', product: 'ai' })
  const { tenantId, userId } = who
  const client = await signIn(urls, who)
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'ai', 'cmdb', 'rmm', 'defend'] })
  const readers = { readers: [{ userId, role: 'member', clientIds: null }] }
  await put(`${urls.cmdb}/_control/readers?tenantId=${tenantId}`, readers)
  const asset = { name: 'srv-1', kind: 'device', fields: [] }
  await put(`${urls.cmdb}/_control/enrichable/asset-1?tenantId=${tenantId}`, asset)
  const shown = {
    type: 'device',
    state: 'active',
    clientName: null,
    attributes: [],
    relations: [],
    updatedAt: '2026-11-27T09:00:00Z',
  }
  await put(`${urls.cmdb}/_control/records/asset/asset-1?tenantId=${tenantId}`, {
    clientId: null,
    record: { name: 'srv-1', ...shown },
  })
  const device = {
    name: 'srv-1',
    kind: 'server',
    assetReference: 'asset-1',
    clientName: null,
    serialNumber: 'SN-1',
    disks: [],
    online: true,
  }
  const seen = { lastSeenAt: new Date().toISOString(), patches: { status: 'up_to_date', missing: [] } }
  await put(`${urls.rmm}/_control/records/device/device-1?tenantId=${tenantId}`, {
    clientId: null,
    record: { ...device, ...seen },
  })
  return {
    tenantId,
    ask: () => client.send('POST', '/api/ai/asset-enrichments', { assetReference: 'asset-1' }),
    written: () => enrichmentsOf(`${urls.cmdb}/_control/enrichments?tenantId=${tenantId}`),
  }
}

const enrichmentsOf = async (url: string): Promise<number> =>
  ((await read(url)) as { enrichments: readonly unknown[] }).enrichments.length

export const flowKinds: readonly FlowKind[] = [
  {
    name: 'the search for a root cause',
    flow: rootCauseFlowName,
    steps: /\/aiRootCauses\b|\/v1\/tickets\//,
    telling: /^POST \/v1\/tickets\/[^/]+\/notes/,
    moments: 4,
    prepare: rootCause,
  },
  {
    name: 'the enrichment of a company',
    flow: enrichmentFlowName,
    steps: /\/aiEnrichments\b|\/v1\/(?:records|enrichments)/,
    telling: /^POST \/v1\/enrichments/,
    moments: 2,
    prepare: companyEnrichment,
  },
  {
    name: 'the enrichment of an asset',
    flow: assetEnrichmentFlowName,
    steps: /\/aiAssetEnrichments\b|\/v1\/(?:assets|enrichments)/,
    telling: /^POST \/v1\/enrichments/,
    moments: 2,
    prepare: assetEnrichment,
  },
]
