// An organization with assets in CMDB, and what RMM and Defend know of them; the steps of enrichments, as the host would call them.
import { randomUUID } from 'node:crypto'
import { decideEnrichment, writeEnrichment } from '../../../../functions/ai/asset-enrichment/asset-enrichment-steps.ts'
import { assetEnrichmentTable } from '../../../../functions/ai/asset-enrichment/asset-enrichment-table.ts'
import { requestEnrichment } from '../../../../functions/ai/asset-enrichment/requesting.ts'
import type { Stack } from '../../../../local/stack.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { requestIdOf } from '../../../../shared/flows/attempts.ts'
import { createServices } from '../../../../shared/services.ts'
import { type TenantSettings, tenantSettingsTable, wholeTenant } from '../../../../shared/tenants/tenant-settings.ts'
import { identity, newTenantId, signIn } from '../../../support/browser-client.ts'
import { flowsAfter } from '../../../support/flows-after.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { standInControl } from '../../../support/stand-in-control.ts'

type Peer = 'cmdb' | 'rmm' | 'defend'
type Field = { field: string; value: string; origin: string }
type Made = { written: string[]; draft: { assetReference: string; proposals: { field: string }[] } }

export const lastSeenAt = new Date().toISOString()

const device = {
  name: 'srv-1',
  kind: 'server',
  assetReference: 'asset-1',
  clientName: null,
  serialNumber: 'SN-1',
  disks: [],
  online: true,
  lastSeenAt,
  patches: { status: 'up_to_date', missing: [] },
}
const defended = {
  hostname: 'srv-1',
  assetReference: 'asset-1',
  clientName: null,
  isolated: false,
  lastSeenAt: '2026-01-01T00:00:00.000Z',
  openDetections: [{ id: 'x1', title: 'Ransomware', severity: 'critical', detectedAt: lastSeenAt }],
}
const asset = {
  name: 'srv-1',
  type: 'server',
  state: 'active',
  clientName: null,
  attributes: [],
  relations: [],
  updatedAt: lastSeenAt,
}

export const startEnriching = async ({ urls, settings }: Pick<Stack, 'urls' | 'settings'>) => {
  const services = createServices(loadConfig(settings))
  const store = services.store()
  const tenantId = newTenantId()
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'ai', 'cmdb', 'rmm', 'defend'] })
  const tell = standInControl(urls, tenantId)
  return {
    services,
    store,
    tenantId,
    tell,
    putAsset: (fields: readonly Field[] = [], reference = 'asset-1') =>
      tell('cmdb', 'PUT', `enrichable/${reference}`, { name: 'srv-1', kind: 'device', fields }),
    fieldsOf: async (reference = 'asset-1'): Promise<Record<string, string>> => {
      const { fields } = (await tell('cmdb', 'GET', `enrichable/${reference}`)) as { fields: Field[] }
      return Object.fromEntries(fields.map(({ field, value, origin }) => [field, `${value} (${origin})`]))
    },
    enrichments: async () => ((await tell('cmdb', 'GET', 'enrichments')) as { enrichments: Made[] }).enrichments,
    putDevice: (given: object = {}, id = 'device-1') =>
      tell('rmm', 'PUT', `records/device/${id}`, { clientId: null, record: { ...device, ...given } }),
    putDefended: () => tell('defend', 'PUT', 'records/device/d-1', { clientId: null, record: defended }),
    fail: (peer: Peer, operation: string, kind: object = { kind: 'status', status: 503 }) =>
      tell(peer, 'PUT', 'faults', [{ operation, ...kind }]),
    setSettings: async (given: TenantSettings) => {
      const at = { revision: randomUUID(), updatedAt: lastSeenAt, updatedBy: 'user:u' }
      await store.open(tenantSettingsTable).settings.upsert({ tenantId, clientId: wholeTenant, ...at, ...given })
    },
    /** @param clientIds those that CMDB shows the person; null for all */
    technician: async (clientIds: null | string[]) => {
      const who = identity({ tenantId, role: 'member', product: 'ai', userId: `user-${randomUUID()}` })
      await tell('cmdb', 'PUT', 'readers', { readers: [{ userId: who.userId, role: 'member', clientIds }] })
      await tell('cmdb', 'PUT', 'records/asset/asset-1', { clientId: null, record: asset })
      return signIn(urls, who)
    },
    /** @param flows that say how attempts before have ended */
    begin: async (assetReference = 'asset-1', flows = flowsAfter()) => {
      const asking = { services, flows, tenantId, requestedBy: 'key:test' }
      const { id: ref, outcome } = await requestEnrichment(asking, assetReference)
      const row = async () => (await store.open(assetEnrichmentTable).enrichment.get({ tenantId, ref }))?.value
      const requestId = requestIdOf(ref, (await row())?.attempt ?? 1)
      const step = { services, tenantId, requestId }
      return {
        outcome,
        requestId,
        row,
        decide: () => decideEnrichment(step),
        write: () => writeEnrichment(step),
      }
    },
  }
}
