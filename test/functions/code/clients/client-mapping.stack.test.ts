import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { clientMappingTable, findClient } from '../../../../functions/code/clients/client-mapping.ts'
import { clientTable } from '../../../../shared/clients/client-directory.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { newTenantId } from '../../../support/browser-client.ts'

const store = createStore({ connectionString: inject('stack').settings['DATA_STORAGE'] ?? '' })

const newRepository = () => ({ id: `repo-${randomUUID()}`, organizationId: `org-${randomUUID()}` })

/** Creates a client of that name and maps to it. */
const map = async (tenantId: string, source: 'organization' | 'repository', sourceId: string, name: string) => {
  const client = { tenantId, clientId: `client-${name}`, name, psaCompanyId: 'company-1', crmCompanyId: 'account-1' }
  await store.open(clientTable).client.upsert(client)
  await store.open(clientMappingTable).mapping.upsert({ tenantId, source, sourceId, clientId: client.clientId })
  return client
}

describe('the client of a repository', () => {
  it('is nobody before it was mapped', async () => {
    expect(await findClient(store, newTenantId(), newRepository())).toBeUndefined()
  })

  it('is that of its organization', async () => {
    const [tenantId, repository] = [newTenantId(), newRepository()]
    const client = await map(tenantId, 'organization', repository.organizationId, 'Fabrikam')
    expect(await findClient(store, tenantId, repository)).toEqual(client)
    expect(await findClient(store, tenantId, newRepository())).toBeUndefined()
  })

  it('is its own rather than that of its organization', async () => {
    const [tenantId, repository] = [newTenantId(), newRepository()]
    await map(tenantId, 'organization', repository.organizationId, 'Fabrikam')
    const own = await map(tenantId, 'repository', repository.id, 'Contoso')
    expect(await findClient(store, tenantId, repository)).toEqual(own)
    const sibling = { ...newRepository(), organizationId: repository.organizationId }
    expect((await findClient(store, tenantId, sibling))?.name).toBe('Fabrikam')
  })

  it('is another one as soon as it is mapped otherwise', async () => {
    const [tenantId, repository] = [newTenantId(), newRepository()]
    await map(tenantId, 'repository', repository.id, 'Fabrikam')
    await map(tenantId, 'repository', repository.id, 'Contoso')
    expect((await findClient(store, tenantId, repository))?.name).toBe('Contoso')
  })

  it('is not that of an organization whose id is the id of the repository, nor the other way round', async () => {
    const [tenantId, repository] = [newTenantId(), newRepository()]
    await map(tenantId, 'organization', repository.id, 'Fabrikam')
    await map(tenantId, 'repository', repository.organizationId, 'Contoso')
    expect(await findClient(store, tenantId, repository)).toBeUndefined()
  })

  it('is never one of another tenant', async () => {
    const repository = newRepository()
    await map(newTenantId(), 'repository', repository.id, 'Fabrikam')
    await map(newTenantId(), 'organization', repository.organizationId, 'Fabrikam')
    expect(await findClient(store, newTenantId(), repository)).toBeUndefined()
  })

  it.each(['a/b', "o'hara", 'Ünïcode 😀', 'a#b?c', 'x'.repeat(200), '!"', ' '])(
    'is found by an id like %j',
    async (id) => {
      const [tenantId, repository] = [newTenantId(), { id, organizationId: `${id}${id}` }]
      const client = await map(tenantId, 'repository', id, 'Fabrikam')
      expect(await findClient(store, tenantId, repository)).toEqual(client)
      expect(await findClient(store, tenantId, { ...repository, id: `${id}.` })).toBeUndefined()
    },
  )
})

describe('a mapping that the version before wrote', () => {
  const oldRow = (tenantId: string, sourceId: string) => ({
    tenantId,
    source: 'repository' as const,
    sourceId,
    clientId: 'client-old',
    clientName: 'Fabrikam, as it was called',
    psaCompanyId: 'company-old',
  })

  it('gives the client that it holds itself while the directory does not know it', async () => {
    const [tenantId, repository] = [newTenantId(), newRepository()]
    await store.open(clientMappingTable).mapping.upsert(oldRow(tenantId, repository.id))
    expect(await findClient(store, tenantId, repository)).toEqual({
      tenantId,
      clientId: 'client-old',
      name: 'Fabrikam, as it was called',
      psaCompanyId: 'company-old',
    })
  })

  it('gives the client of the directory as soon as it is there', async () => {
    const [tenantId, repository] = [newTenantId(), newRepository()]
    await store.open(clientMappingTable).mapping.upsert(oldRow(tenantId, repository.id))
    const client = { tenantId, clientId: 'client-old', name: 'Fabrikam', crmCompanyId: 'account-1' }
    await store.open(clientTable).client.upsert(client)
    expect(await findClient(store, tenantId, repository)).toEqual(client)
  })
})

describe('a mapping to a client that is not in the directory', () => {
  it('is none', async () => {
    const [tenantId, repository] = [newTenantId(), newRepository()]
    const mapping = { tenantId, source: 'repository', sourceId: repository.id, clientId: 'client-unknown' } as const
    await store.open(clientMappingTable).mapping.upsert(mapping)
    expect(await findClient(store, tenantId, repository)).toBeUndefined()
  })
})
