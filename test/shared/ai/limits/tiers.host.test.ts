import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type AiTiers, createAiTiers } from '../../../../shared/ai/limits/tiers.ts'
import { createHubClient } from '../../../../shared/peers/hub/client.ts'
import { type RunningHub, startHub } from '../../../../shared/peers/hub/stand-in/stand-in.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { type TestAzurite, startAzurite } from '../../../support/azurite.ts'
import { type HubControl, hubControl } from '../../../support/hub-control.ts'

const key = 'local-only-hub-service-key'
const product = { publicUrl: 'http://127.0.0.1:7071', secret: 'kT7vQ2mZx9LpR4wYc8NbJ5hGd3FsAe6U' }
const hubUrl = 'https://hub.example'

let azurite: TestAzurite
let hub: RunningHub
beforeAll(async () => {
  azurite = await startAzurite()
  hub = await startHub({ port: 0, products: { code: product, ai: product }, keys: [key] })
})
afterAll(async () => {
  await hub.close()
  await azurite.stop()
})

let tenantId: string
let control: HubControl
let time: number
let tiers: AiTiers
/** Of one process; each has its own memory. */
const openTiers = (): AiTiers =>
  createAiTiers({
    store: createStore({ connectionString: azurite.connectionString }),
    hub: async () => createHubClient({ baseUrl: hub.url, key: () => key, retries: { max: 0 } }),
    now: () => new Date(time),
    hubUrl: () => hubUrl,
  })
beforeEach(async () => {
  tenantId = `org-${randomUUID()}`
  control = hubControl(hub.url, tenantId)
  await control.putOrganization({ aiTier: 'ai-basic' })
  await control.putUser('u1', { aiTier: 'ai-enterprise' }, { publish: false })
  await control.putUser('u2', {}, { publish: false })
  time = Date.now()
  tiers = openTiers()
})
afterEach(async () => {
  await control.clearFaults()
})
const hubIsDown = () => control.setFaults({ kind: 'status', status: 503 })

it('is the tier of the user, and that of the organization for who has none and for calls without a user', async () => {
  expect([
    await tiers.tierOf(tenantId, 'u1'),
    await tiers.tierOf(tenantId, 'u2'),
    await tiers.tierOf(tenantId),
  ]).toEqual(['ai-enterprise', 'ai-basic', 'ai-basic'])
})

it('is refused with what to buy and where when there is none, and learned within a minute', async () => {
  expect(await tiers.tierOf(tenantId, 'u2')).toBe('ai-basic')
  await control.putOrganization({ aiTier: null })
  time += 61_000
  await expect(tiers.tierOf(tenantId, 'u2')).rejects.toMatchObject({
    code: 'ai-tier-missing',
    message: expect.stringContaining(hubUrl) as string,
    details: { buyAt: hubUrl, offers: expect.arrayContaining([expect.stringContaining('$19')]) as string[] },
  })
  expect(await tiers.tierOf(tenantId, 'u1')).toBe('ai-enterprise')
})

it('is what Hub said last while Hub is away, for 4 hours, also in a process that starts meanwhile', async () => {
  await tiers.tierOf(tenantId)
  await hubIsDown()
  time += 3 * 3_600_000
  expect([await tiers.tierOf(tenantId), await openTiers().tierOf(tenantId)]).toEqual(['ai-basic', 'ai-basic'])
  time += 3_600_001
  await expect(openTiers().tierOf(tenantId)).rejects.toMatchObject({ code: 'peer-unavailable' })
})

it('is not known of an organization that Hub was never asked for, while Hub is away', async () => {
  await hubIsDown()
  await expect(tiers.tierOf(tenantId)).rejects.toMatchObject({ code: 'peer-unavailable' })
})

it('is asked for again within seconds where Hub failed and nothing is known that may be gone by', async () => {
  await hubIsDown()
  await expect(tiers.tierOf(tenantId)).rejects.toMatchObject({ details: { retryAfterSeconds: 5 } })
  await control.clearFaults()
  time += 5_000
  expect(await tiers.tierOf(tenantId)).toBe('ai-basic')
  await hubIsDown()
  time += 5 * 3_600_000
  await expect(tiers.tierOf(tenantId)).rejects.toMatchObject({ code: 'peer-unavailable' })
  await control.clearFaults()
  time += 5_000
  expect(await tiers.tierOf(tenantId)).toBe('ai-basic')
})

it('that was heard is gone by for a minute while Hub is away, and nobody waits for Hub', async () => {
  await tiers.tierOf(tenantId)
  await hubIsDown()
  time += 61_000
  await tiers.tierOf(tenantId)
  time += 40_000
  await tiers.tierOf(tenantId)
  expect((await control.requests()).getOrganization).toBe(2)
})

it('asks Hub once a minute, however many calls there are', async () => {
  await Promise.all(Array.from({ length: 20 }, () => tiers.tierOf(tenantId)))
  time += 40_000
  await tiers.tierOf(tenantId)
  expect((await control.requests()).getOrganization).toBe(1)
})
