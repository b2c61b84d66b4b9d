// Puts into a new local stack what provisioning would: client mappings and records of the demo tenants, and an integration key.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientMappingTable } from '../functions/code/clients/client-mapping.ts'
import { scopes } from '../shared/auth/caller.ts'
import { createIntegrationKey } from '../shared/auth/integration-key.ts'
import { createKeyVerifier } from '../shared/auth/key-verifier.ts'
import { clientTable } from '../shared/clients/client-directory.ts'
import { isAppError } from '../shared/errors.ts'
import { type Store, createStore } from '../shared/store/store.ts'
import { seedRecords } from './seed-records.ts'
import { hubTenants } from '../shared/peers/hub/stand-in/people.ts'

const demoClient = {
  clientId: 'client-fabrikam',
  name: 'Fabrikam',
  psaCompanyId: 'company-fabrikam',
  crmCompanyId: 'crm-fabrikam',
  cmdbClientId: 'cmdb-fabrikam',
} as const

/** What belongs to the demo client; everything else is unmapped. */
const demoSource = { source: 'organization', sourceId: 'org-fabrikam' } as const

type Seed = {
  /** App settings with the addresses that the stack really has. */
  readonly settings: Readonly<Record<string, string>>
  /** Where the key is kept between runs, for nobody but the user to read. */
  readonly dataFolder: string
}

/** May run at every start: what is there already stays as it is. */
export const seed = async ({ settings, dataFolder }: Seed): Promise<{ readonly integrationKey: string }> => {
  const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
  const mappings = store.open(clientMappingTable)
  for (const { id: tenantId } of hubTenants) {
    const { clientId } = demoClient
    await store.open(clientTable).client.modify({ tenantId, clientId }, (known) => known ?? { tenantId, ...demoClient })
    await mappings.mapping.modify(
      { tenantId, ...demoSource },
      (known) => known ?? { tenantId, ...demoSource, clientId },
    )
    const psaCompanies = {
      companyIds: [demoClient.psaCompanyId],
      names: { [demoClient.psaCompanyId]: demoClient.name },
    }
    await registerCompanies('PSA', settings['PSA_API_URL'] ?? '', tenantId, psaCompanies)
    await registerCompanies('CRM', settings['CRM_API_URL'] ?? '', tenantId, { companyIds: [demoClient.crmCompanyId] })
  }
  await seedRecords(settings, new Date())
  return { integrationKey: await integrationKeyOf(store, join(dataFolder, 'integration-key')) }
}

type Companies = { readonly companyIds: readonly string[]; readonly names?: Readonly<Record<string, string>> }

const registerCompanies = async (
  peer: string,
  peerUrl: string,
  tenantId: string,
  companies: Companies,
): Promise<void> => {
  const response = await fetch(`${peerUrl}/_control/companies?${new URLSearchParams({ tenantId }).toString()}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(companies),
    signal: AbortSignal.timeout(30_000),
  })
  if (!response.ok) throw new Error(`The ${peer} stand-in refused the demo company with ${response.status}.`)
}

/** The key of the last run, unless it has ended or a later version asks for more: then a new one. */
const integrationKeyOf = async (store: Store, file: string): Promise<string> => {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
  if (kept !== undefined && (await isAccepted(store, kept))) return kept
  const [tenant] = hubTenants
  const key = await createIntegrationKey(store, {
    environment: 'local',
    tenantId: tenant?.id ?? '',
    integration: 'laptop→all',
    scopes: [...scopes],
    now: new Date(),
  })
  writeFileSync(file, `${key}\n`, { mode: 0o600 })
  return key
}

const isAccepted = async (store: Store, key: string): Promise<boolean> => {
  try {
    const { scopes: granted } = await createKeyVerifier(store)(key, new Date())
    return scopes.every((scope) => granted.includes(scope))
  } catch (error) {
    if (isAppError(error, 'unauthenticated')) return false
    throw error
  }
}
