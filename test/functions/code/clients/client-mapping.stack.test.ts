import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { clientMappingTable, findClient } from '../../../../functions/code/clients/client-mapping.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { newTenantId } from '../../../support/browser-client.ts'

const store = createStore({ connectionString: inject('stack').settings['DATA_STORAGE'] ?? '' })

const newRepository = () => ({ id: `repo-${randomUUID()}`, organizationId: `org-${randomUUID()}` })

const map = async (tenantId: string, source: 'organization' | 'repository', sourceId: string, clientName: string) => {
  const mapping = {
    tenantId,
    source,
    sourceId,
    clientId: `client-${clientName}`,
    clientName,
    psaCompanyId: 'company-1',
  }
  await store.open(clientMappingTable).mapping.upsert(mapping)
  return mapping
}

describe('the client of a repository', () => {
  it('is nobody before it was mapped', async () => {
    expect(await findClient(store, newTenantId(), newRepository())).toBeUndefined()
  })

  it('is that of its organization', async () => {
    const [tenantId, repository] = [newTenantId(), newRepository()]
    const mapping = await map(tenantId, 'organization', repository.organizationId, 'Fabrikam')
    expect(await findClient(store, tenantId, repository)).toEqual(mapping)
    expect(await findClient(store, tenantId, newRepository())).toBeUndefined()
  })

  it('is its own rather than that of its organization', async () => {
    const [tenantId, repository] = [newTenantId(), newRepository()]
    await map(tenantId, 'organization', repository.organizationId, 'Fabrikam')
    const own = await map(tenantId, 'repository', repository.id, 'Contoso')
    expect(await findClient(store, tenantId, repository)).toEqual(own)
    const sibling = { ...newRepository(), organizationId: repository.organizationId }
    expect((await findClient(store, tenantId, sibling))?.clientName).toBe('Fabrikam')
  })

  it('is another one as soon as it is mapped otherwise', async () => {
    const [tenantId, repository] = [newTenantId(), newRepository()]
    await map(tenantId, 'repository', repository.id, 'Fabrikam')
    await map(tenantId, 'repository', repository.id, 'Contoso')
    expect((await findClient(store, tenantId, repository))?.clientName).toBe('Contoso')
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
      const mapping = await map(tenantId, 'repository', id, 'Fabrikam')
      expect(await findClient(store, tenantId, repository)).toEqual(mapping)
      expect(await findClient(store, tenantId, { ...repository, id: `${id}.` })).toBeUndefined()
    },
  )
})
