import { describe, expect, inject, it } from 'vitest'
import { clientMappingTable, findClient } from '../../../../functions/code/clients/client-mapping.ts'
import * as endpoints from '../../../../functions/code/clients/endpoints.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { createServices } from '../../../../shared/services.ts'
import { expectProblem, notValid, problemOf } from '../../../support/problem.ts'
import { type Person, servedCode } from '../served-code.ts'

const stack = inject('stack')
const services = createServices(loadConfig(stack.settings))
const code = servedCode(Object.values(endpoints), services)
const startAdmin = () => code.signIn(stack.urls, 'admin')

const fabrikam = { name: 'Fabrikam', psaCompanyId: 'company-1', crmCompanyId: 'account-1', cmdbClientId: 'cmdb-1' }
const needsAdmin = problemOf('forbidden', 'This needs at least the role admin.')
const needsMember = problemOf('forbidden', 'This needs at least the role member.')
const notSignedIn = problemOf('unauthenticated', 'This needs a signed-in session.')

type Page = Readonly<Record<string, unknown>> & { readonly nextCursor?: string }

/** Everything of a list, page by page. */
const walk = async ({ ask }: Person, path: string, member: string): Promise<readonly object[]> => {
  const items: object[] = []
  let cursor: string | undefined
  for (let page = 0; page < 20; page += 1) {
    const query = `limit=2${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
    const [status, body] = await ask('GET', `${path}?${query}`)
    expect(status).toBe(200)
    items.push(...((body as Page)[member] as object[]))
    cursor = (body as Page).nextCursor
    if (cursor === undefined) return items
  }
  throw new Error(`${path} has no end.`)
}

describe('the clients of an organization', () => {
  it('are created, and replaced as a whole', async () => {
    const admin = await startAdmin()
    const path = 'code/clients/client-1'
    const shown = { clientId: 'client-1', ...fabrikam }
    expect(await admin.ask('PUT', path, fabrikam)).toEqual([201, shown])
    expect(await admin.ask('PUT', path, fabrikam)).toEqual([200, shown])
    const renamed = {
      clientId: 'client-1',
      name: 'Fabrikam Ltd',
      psaCompanyId: null,
      crmCompanyId: null,
      cmdbClientId: null,
    }
    expect(await admin.ask('PUT', path, { name: 'Fabrikam Ltd' })).toEqual([200, renamed])
    expect(await admin.ask('GET', 'code/clients')).toEqual([200, { clients: [renamed] }])
  })

  it('created many times at once are one, and one of the answers is 201', async () => {
    const admin = await startAdmin()
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => admin.ask('PUT', 'code/clients/client-1', fabrikam)),
    )
    expect(answers.map(([status]) => status).toSorted((a, b) => b - a)).toEqual([201, ...Array<number>(5).fill(200)])
    expect(await walk(admin, 'code/clients', 'clients')).toHaveLength(1)
  })

  it('are walked page by page, each once, and none of another organization', async () => {
    const [admin, other] = [await startAdmin(), await startAdmin()]
    const ids = ['client-1', 'client-2', 'client-3', 'client-4', 'client/5']
    for (const clientId of ids)
      await admin.ask('PUT', `code/clients?clientId=${encodeURIComponent(clientId)}`, { name: clientId })
    await other.ask('PUT', 'code/clients/client-1', fabrikam)
    const walked = (await walk(admin, 'code/clients', 'clients')) as { clientId: string; name: string }[]
    expect(walked.map(({ clientId }) => clientId).toSorted()).toEqual(ids)
    expect(walked.every(({ clientId, name }) => clientId === name)).toBe(true)
    expect(await walk(other, 'code/clients', 'clients')).toEqual([{ clientId: 'client-1', ...fabrikam }])
  })

  it('are refused with every fault in them', async () => {
    const admin = await startAdmin()
    const any = expect.any(String) as string
    await expectProblem(
      await admin.send('PUT', 'code/clients/client-1', { name: ' ', psaCompanyId: 'x'.repeat(65), colour: 'blue' }),
      notValid(['body.name', any], ['body.psaCompanyId', any], ['body.colour', 'is not a field that is known here']),
    )
    await expectProblem(
      await admin.send('GET', 'code/clients?limit=0'),
      notValid(['query.limit', 'must be a number from 1 to 100']),
    )
  })
})

describe('mappings to clients', () => {
  const path = 'code/client-mappings/organization/org-1'
  const repository = { id: 'repo-1', organizationId: 'org-1' }
  const nameOf = async ({ tenantId }: Person) => (await findClient(services.store(), tenantId, repository))?.name

  const startMapping = async () => {
    const admin = await startAdmin()
    await admin.ask('PUT', 'code/clients/client-1', fabrikam)
    await admin.ask('PUT', 'code/clients/client-2', { name: 'Contoso' })
    return admin
  }

  it('say whose an organization and its repositories are, until they are taken away', async () => {
    const admin = await startMapping()
    const shown = { source: 'organization', sourceId: 'org-1', clientId: 'client-1' }
    expect(await admin.ask('PUT', path, { clientId: 'client-1' })).toEqual([201, shown])
    expect(await admin.ask('PUT', path, { clientId: 'client-1' })).toEqual([200, shown])
    expect(await nameOf(admin)).toBe('Fabrikam')
    const own = 'code/client-mappings/repository/repo-1'
    expect((await admin.ask('PUT', own, { clientId: 'client-2' }))[0]).toBe(201)
    expect(await nameOf(admin)).toBe('Contoso')
    expect(await walk(admin, 'code/client-mappings', 'mappings')).toEqual([
      shown,
      { source: 'repository', sourceId: 'repo-1', clientId: 'client-2' },
    ])
    expect(await admin.ask('DELETE', own)).toEqual([204, undefined])
    expect(await nameOf(admin)).toBe('Fabrikam')
    expect(await admin.ask('DELETE', path)).toEqual([204, undefined])
    expect(await admin.ask('DELETE', path)).toEqual([204, undefined])
    expect(await nameOf(admin)).toBeUndefined()
  })

  it('of ids with a slash go by query, are the ids of findings, and never meet ids that look encoded', async () => {
    const admin = await startMapping()
    const query = (id: string) => `code/client-mappings?source=repository&sourceId=${encodeURIComponent(id)}`
    const clientOf = async (id: string) =>
      (await findClient(services.store(), admin.tenantId, { id, organizationId: 'org-1' }))?.name
    expect(await admin.ask('PUT', query('grp/proj'), { clientId: 'client-1' })).toEqual([
      201,
      { source: 'repository', sourceId: 'grp/proj', clientId: 'client-1' },
    ])
    expect((await admin.ask('PUT', query('grp%2Fproj'), { clientId: 'client-2' }))[0]).toBe(201)
    expect([await clientOf('grp/proj'), await clientOf('grp%2Fproj')]).toEqual(['Fabrikam', 'Contoso'])
    await expectProblem(
      await admin.send('PUT', 'code/client-mappings/repository/grp%252Fproj', { clientId: 'client-2' }),
      problemOf(
        'validation-failed',
        'An id cannot be part of a path. Send it in the query: PUT /api/code/client-mappings?source=…&sourceId=….',
        {
          errors: [
            {
              path: 'params.sourceId',
              message: 'must have no slash, no backslash and nothing that is still encoded',
            },
          ],
        },
      ),
    )
    expect(await admin.ask('DELETE', query('grp/proj'))).toEqual([204, undefined])
    expect([await clientOf('grp/proj'), await clientOf('grp%2Fproj')]).toEqual([undefined, 'Contoso'])
  })

  it('follow the directory: a new name or company is there at once', async () => {
    const admin = await startMapping()
    await admin.ask('PUT', path, { clientId: 'client-1' })
    await admin.ask('PUT', 'code/clients/client-1', { name: 'Fabrikam Ltd' })
    expect(await findClient(services.store(), admin.tenantId, repository)).toEqual({
      tenantId: admin.tenantId,
      clientId: 'client-1',
      name: 'Fabrikam Ltd',
    })
  })

  it('of the version before are shown, and lose what the directory has when they are written again', async () => {
    const admin = await startMapping()
    const rows = services.store().open(clientMappingTable).mapping
    const key = { tenantId: admin.tenantId, source: 'organization', sourceId: 'org-1' } as const
    await rows.upsert({ ...key, clientId: 'client-1', clientName: 'Old', psaCompanyId: 'company-old' })
    const shown = { source: 'organization', sourceId: 'org-1', clientId: 'client-1' }
    expect(await walk(admin, 'code/client-mappings', 'mappings')).toEqual([shown])
    expect(await admin.ask('PUT', path, { clientId: 'client-1' })).toEqual([200, shown])
    expect((await rows.get(key))?.value).toEqual({ ...key, clientId: 'client-1' })
  })

  it('to a client that is not there, or is another organization’s, are refused', async () => {
    const [admin, other] = [await startMapping(), await startAdmin()]
    const refused = problemOf(
      'validation-failed',
      'There is no client with the id in the body. Create the client first.',
      { errors: [{ path: 'body.clientId', message: 'must be the id of a client' }] },
    )
    await expectProblem(await admin.send('PUT', path, { clientId: 'client-3' }), refused)
    await expectProblem(await other.send('PUT', path, { clientId: 'client-1' }), refused)
    expect(await walk(other, 'code/client-mappings', 'mappings')).toEqual([])
  })

  it('of anything else than organizations and repositories are refused', async () => {
    const admin = await startMapping()
    const any = expect.any(String) as string
    const wrong = 'code/client-mappings/team/team-1'
    await expectProblem(await admin.send('PUT', wrong, { clientId: 'client-1' }), notValid(['params.source', any]))
    await expectProblem(await admin.send('DELETE', wrong), notValid(['params.source', any]))
    await expectProblem(await admin.send('PUT', path, {}), notValid(['body.clientId', any]))
  })
})

describe('who may do what with clients', () => {
  const writes = [
    ['PUT', 'code/clients/client-1', fabrikam],
    ['PUT', 'code/client-mappings/organization/org-1', { clientId: 'client-1' }],
    ['DELETE', 'code/client-mappings/organization/org-1', undefined],
  ] as const
  const reads = ['code/clients', 'code/client-mappings']

  it('a member reads, an admin writes, a viewer does neither, and nobody without a session', async () => {
    const admin = await startAdmin()
    const member = await code.signIn(stack.urls, 'member', admin)
    const viewer = await code.signIn(stack.urls, 'viewer', admin)
    for (const [method, path, body] of writes) {
      await expectProblem(await member.send(method, path, body), needsAdmin)
      await expectProblem(await viewer.send(method, path, body), needsAdmin)
      await expectProblem(await code.send({ method, path, body }), notSignedIn)
    }
    for (const path of reads) {
      expect((await member.ask('GET', path))[0]).toBe(200)
      await expectProblem(await viewer.send('GET', path), needsMember)
      await expectProblem(await code.send({ method: 'GET', path }), notSignedIn)
    }
    expect(await walk(admin, 'code/clients', 'clients')).toEqual([])
  })
})
