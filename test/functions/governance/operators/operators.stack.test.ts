import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { OperatorAccess, OperatorAccesses } from '../../../../functions/governance/operators/contract.ts'
import { currentAccess, endAccess, openAccess, operatorAccessTable } from '../../../../shared/auth/operator-access.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { type Client, identity, newClient, newTenantId, signIn } from '../../../support/browser-client.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { actorOfOperator, operatorHeaders } from '../../../support/operators.ts'
import { expectProblem, problemOf } from '../../../support/problem.ts'
import { secretSamples } from '../../../support/secret-samples.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })

let tenantId: string
let admin: Client
let oid: string
let operator: Client
beforeEach(async () => {
  tenantId = newTenantId()
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'ai'] })
  admin = await signIn(urls, identity({ tenantId, product: 'ai', role: 'admin' }))
  oid = randomUUID()
  operator = newClient(urls, await operatorHeaders(urls.operators, ['Operator.Keys'], oid))
})

const pathOf = (of = tenantId): string => `/api/ai/governance/platform/tenants/${of}/access`
const open = (body: object = { reason: 'Ticket 4711: a key was seen' }): Promise<Response> =>
  operator.send('POST', pathOf(), body)
const keys = (): Promise<Response> => operator.fetch(`/api/ai/governance/platform/tenants/${tenantId}/keys`)
const listed = async () =>
  OperatorAccesses.parse(await (await admin.fetch('/api/ai/governance/operator-accesses')).json()).accesses
type Entry = { action: string; outcome: string; actor: string; operation?: string; facts?: Record<string, string> }
const entries = async (): Promise<readonly Entry[]> => {
  const response = await admin.fetch('/api/ai/governance/audit?limit=100')
  return ((await response.json()) as { entries: Entry[] }).entries
}

describe('an operator access', () => {
  it('lets the operator act on one organization until it is ended, and its admins see all of it', async () => {
    expect((await keys()).status).toBe(403)
    const opened = OperatorAccess.parse(await (await open()).json())
    const actor = actorOfOperator(oid)
    expect(opened).toMatchObject({ operator: actor, reason: 'Ticket 4711: a key was seen', state: 'current' })
    expect(Date.parse(opened.expiresAt) - Date.parse(opened.openedAt)).toBe(3_600_000)
    expect((await keys()).status).toBe(200)
    expect(await listed()).toEqual([opened])
    expect((await operator.fetch(pathOf(), { method: 'DELETE' })).status).toBe(204)
    expect((await keys()).status).toBe(403)
    expect(await listed()).toEqual([{ ...opened, state: 'ended', endedAt: expect.any(String) as string }])
    const reason = 'Ticket 4711: a key was seen'
    const own = (await entries()).filter((entry) => entry.actor === actor)
    expect(own.map(({ action, operation }) => [action, operation])).toEqual([
      ['operator-access.ended', 'ai-end-operator-access'],
      ['operator.acted', 'ai-list-keys-as-operator'],
      ['operator-access.opened', 'ai-open-operator-access'],
      ['operator-access.opened', 'ai-open-operator-access'],
    ])
    expect(own[1]?.facts).toMatchObject({ access: opened.id, reason })
    expect(own[2]).toMatchObject({ outcome: 'done', facts: { minutes: '60', reason, access: opened.id } })
    expect(own[3]).toMatchObject({ outcome: 'asked', facts: { minutes: '60', reason } })
  })

  it('is one at a time, and can be opened again once it is over', async () => {
    const { expiresAt } = OperatorAccess.parse(await (await open({ reason: 'First', minutes: 480 })).json())
    await expectProblem(
      await open(),
      problemOf('conflict', `You have an access until ${expiresAt}. End it to open another.`),
    )
    await operator.fetch(pathOf(), { method: 'DELETE' })
    expect((await operator.fetch(pathOf(), { method: 'DELETE' })).status).toBe(204)
    expect((await open({ reason: 'Second' })).status).toBe(201)
    expect((await listed()).map(({ reason, state }) => [reason, state])).toEqual([
      ['Second', 'current'],
      ['First', 'ended'],
    ])
  })

  it('needs a reason and a time of at most 8 hours, to an organization that Hub knows', async () => {
    for (const body of [{}, { reason: '' }, { reason: 'x' }, { reason: 'x'.repeat(501) }])
      expect([body, (await open(body)).status]).toEqual([body, 400])
    for (const minutes of [0, 481, 1.5, '60'])
      expect([minutes, (await open({ reason: 'Good', minutes })).status]).toEqual([minutes, 400])
    const unknown = newTenantId()
    expect((await operator.send('POST', pathOf(unknown), { reason: 'Good' })).status).toBe(422)
    expect(await listed()).toEqual([])
  })

  it('has a reason without secrets', async () => {
    const [sample] = Object.values(secretSamples())
    await open({ reason: `It is ${sample?.text}` })
    expect(JSON.stringify([await listed(), await entries()])).not.toContain(sample?.value)
  })

  it('is seen by admins of its organization alone', async () => {
    await open()
    const member = await signIn(urls, identity({ tenantId, product: 'ai', role: 'member' }))
    expect((await member.fetch('/api/ai/governance/operator-accesses')).status).toBe(403)
    const other = await signIn(urls, identity({ product: 'ai', role: 'owner' }))
    expect(await (await other.fetch('/api/ai/governance/operator-accesses')).json()).toEqual({ accesses: [] })
  })

  it('is opened and ended once by requests that overlap, each of which is answered', async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => open()))
    expect(outcomes.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([201, 409, 409, 409])
    const key = { tenantId, operator: actorOfOperator(oid) }
    const ended = await Promise.all(Array.from({ length: 3 }, () => endAccess(store, key, new Date())))
    expect(ended.filter(Boolean)).toHaveLength(1)
    expect(await listed()).toMatchObject([{ state: 'ended' }])
  })
})

it('an access counts until its last moment and not in the next', async () => {
  const key = { tenantId, operator: actorOfOperator(oid) }
  const at = new Date()
  const access = await openAccess(store, { ...key, reason: 'To the minute', minutes: 60 }, at)
  const end = Date.parse(access.expiresAt)
  expect(await currentAccess(store, key, new Date(end - 1))).toEqual(access)
  expect(await currentAccess(store, key, new Date(end))).toBeUndefined()
  const next = await openAccess(store, { ...key, reason: 'The next', minutes: 1 }, new Date(end))
  expect(await currentAccess(store, key, new Date(end))).toEqual(next)
  expect((await store.open(operatorAccessTable).access.list({ tenantId }, { limit: 10 })).rows).toHaveLength(2)
})

describe('a token', () => {
  it('of a key that the directory has withdrawn is no credential, nor is one that anybody makes', async () => {
    for (const token of ['x', 'a.b.c', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.AA`])
      expect((await newClient(urls, { authorization: `Bearer ${token}` }).send('POST', pathOf(), {})).status).toBe(401)
  })

  it('in a request of another site does not make a cookie count', async () => {
    const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const crossSite = { cookie, authorization: 'Bearer a.b.c', 'sec-fetch-site': 'cross-site' }
    const response = await newClient(urls, crossSite).send('POST', '/api/ai/governance/keys', {})
    expect(response.status).toBe(403)
  })
})
