// WorkDNA profiles: People decides who sees one, and who asked for whose is in the audit log, without a word of what was in it.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { type Client, identity, newClient, newTenantId, signIn } from '../../../support/browser-client.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { expectProblem, problemOf } from '../../../support/problem.ts'

const { urls } = inject('stack')

const workDna = { strengths: ['Quiet'], focusHours: '09:00 to 11:00', worksOftenWith: [] }

let tenantId: string
let ann: string
const people = async (path: string, body: unknown, method = 'PUT'): Promise<void> => {
  const response = await fetch(`${urls.people}/_control/${path}?tenantId=${tenantId}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`People refused ${path}: ${response.status} ${await response.text()}`)
}
const readers: { userId: string; role: string; clientIds: null }[] = []
const newPerson = async (role: 'viewer' | 'member' | 'admin'): Promise<{ client: Client; userId: string }> => {
  const userId = `user-${randomUUID()}`
  readers.push({ userId, role, clientIds: null })
  await people('readers', { readers })
  return { userId, client: await signIn(urls, identity({ tenantId, product: 'ai', role, userId })) }
}
const read = (client: Client, id = ann) => client.fetch(`/api/ai/people/profiles/${id}`)
const Entries = z.object({
  entries: z.array(z.looseObject({ action: z.string(), actor: z.string(), outcome: z.string() })),
})
/** In the order in which they came. */
const entries = async (admin: Client) => {
  const found = await admin.fetch('/api/ai/governance/audit?limit=100')
  return Entries.parse(await found.json())
    .entries.filter(({ action }) => action === 'profile.read')
    .toReversed()
}

beforeEach(() => {
  tenantId = newTenantId()
  readers.length = 0
})

describe('a WorkDNA profile', () => {
  it('is shown to the person, to their manager and to who administers People, and to nobody else', async () => {
    const [own, boss, hr, colleague] = [
      await newPerson('viewer'),
      await newPerson('viewer'),
      await newPerson('admin'),
      await newPerson('member'),
    ]
    ann = own.userId
    await people(`records/profile/${ann}`, {
      clientId: null,
      record: { name: 'Ann Lee', managerId: boss.userId, workDna },
    })
    for (const { client } of [own, boss, hr]) {
      const response = await read(client)
      expect([response.status, await response.json()]).toMatchObject([200, { id: ann, name: 'Ann Lee', workDna }])
    }
    await expectProblem(
      await read(colleague.client),
      problemOf(
        'forbidden',
        'People does not show you this profile. Ask the person, or who administers People, for access.',
      ),
    )
    expect((await read(newClient(urls))).status).toBe(401)
  })

  it('leaves who asked for whose in the audit log, also when it was refused, and nothing of what is in it', async () => {
    const [own, colleague, admin] = [await newPerson('viewer'), await newPerson('member'), await newPerson('admin')]
    ann = own.userId
    await people(`records/profile/${ann}`, { clientId: null, record: { name: 'Ann Lee', workDna } })
    await read(own.client)
    await read(colleague.client)
    const found = await entries(admin.client)
    expect(found.map(({ actor, outcome, subjects }) => [actor, outcome, subjects])).toEqual([
      [`user:${ann}`, 'asked', [ann]],
      [`user:${colleague.userId}`, 'asked', [ann]],
      [`user:${colleague.userId}`, 'refused', [ann]],
    ])
    expect(JSON.stringify(found)).not.toMatch(/Ann Lee|Quiet|09:00 to/)
  })

  it('leaves it there as well when Jarvis reads the profile, also one that is refused', async () => {
    const [own, colleague, admin] = [await newPerson('viewer'), await newPerson('member'), await newPerson('admin')]
    ann = own.userId
    await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-pro' })
    const begun = await colleague.client.send('POST', '/api/ai/jarvis/conversations', {
      context: [{ product: 'people', kind: 'profile', id: ann }],
    })
    const { id } = z.object({ id: z.string() }).parse(await begun.json())
    const asked = await colleague.client.send('POST', `/api/ai/jarvis/conversations/${id}/messages`, { text: 'Who?' })
    expect(asked.status).toBe(200)
    const found = await entries(admin.client)
    expect(new Set(found.map(({ operation }) => operation))).toEqual(
      new Set(['ai-ask-jarvis', 'ai-begin-jarvis-conversation']),
    )
    for (const { actor, subjects } of found) expect([actor, subjects]).toEqual([`user:${colleague.userId}`, [ann]])
  })

  it('has no secret in any text of it', async () => {
    const secret = 'AKIAIOSFODNN7EXAMPLE'
    const own = await newPerson('viewer')
    ann = own.userId
    const told = { strengths: [secret], workingStyle: secret, communication: secret, worksOftenWith: [secret] }
    const record = { name: `Ann ${secret}`, jobTitle: secret, department: secret, managerName: secret, workDna: told }
    await people(`records/profile/${ann}`, { clientId: null, record })
    const response = await read(own.client)
    expect(response.status).toBe(200)
    expect(await response.text()).not.toContain(secret)
  })

  it('is shown 30 times a minute at most: who looks at colleagues one after the other is slowed down', async () => {
    const { client } = await newPerson('member')
    const statuses: number[] = []
    for (let index = 0; index < 32; index += 1) statuses.push((await read(client, `user-${index}`)).status)
    // A minute may end in between.
    expect(statuses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 404))
    expect(statuses).toContain(429)
  })

  it('that People has not, or does not show now, is said', async () => {
    const { client } = await newPerson('admin')
    await expectProblem(await read(client, 'user-nobody'), problemOf('not-found', 'People has no such profile.'))
    await people('faults', [{ kind: 'status', status: 503, operation: 'readProfile' }])
    const response = await read(client, 'user-nobody')
    await people('faults', undefined, 'DELETE')
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { type: 'urn:theonestack:problem:peer-unavailable' },
    ])
  })
})
