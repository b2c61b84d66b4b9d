import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RunningHub, startHub } from '../../../shared/peers/hub/stand-in/stand-in.ts'
import { createHubClient } from '../../../shared/peers/hub/client.ts'
import { createStore } from '../../../shared/store/store.ts'
import { type TenantDirectory, createTenantDirectory } from '../../../shared/tenants/tenant-directory.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { type HubControl, hubControl } from '../../support/hub-control.ts'

const key = 'local-only-hub-service-key'
const product = { publicUrl: 'http://127.0.0.1:7071', secret: 'kT7vQ2mZx9LpR4wYc8NbJ5hGd3FsAe6U' }
const second = 1_000
const day = 86_400_000

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
/** Of one process; each has its own memory. */
let directory: TenantDirectory
const openDirectory = (): TenantDirectory =>
  createTenantDirectory({
    store: createStore({ connectionString: azurite.connectionString }),
    hub: async () => createHubClient({ baseUrl: hub.url, key: () => key, retries: { max: 0 } }),
    now: () => new Date(time),
  })
beforeEach(() => {
  tenantId = `org-${randomUUID()}`
  control = hubControl(hub.url, tenantId)
  time = Date.now()
  directory = openDirectory()
})
afterEach(async () => {
  await control.clearFaults()
})

const ask = async (): Promise<string> => {
  try {
    await directory.requireTenant(tenantId)
    return 'known'
  } catch (error) {
    return (error as { readonly code: string }).code
  }
}
const questions = async (): Promise<number> => (await control.requests()).getOrganization ?? 0
const hubIsDown = () => control.setFaults({ kind: 'status', status: 503 })

describe('an organization that Hub has', () => {
  beforeEach(async () => {
    await control.putOrganization()
  })

  it('is asked for once, however many messages come at once, and not again for a day, by no process', async () => {
    const before = await questions()
    expect(await Promise.all(Array.from({ length: 20 }, ask))).toEqual(Array.from({ length: 20 }, () => 'known'))
    time += day - second
    expect(await ask()).toBe('known')
    directory = openDirectory()
    expect(await ask()).toBe('known')
    expect((await questions()) - before).toBe(1)
    time += 61 * second
    expect(await ask()).toBe('known')
    expect((await questions()) - before).toBe(2)
  })

  it('goes on while Hub is down, when it was seen before', async () => {
    await ask()
    await hubIsDown()
    time += 2 * day
    expect(await ask()).toBe('known')
    directory = openDirectory()
    expect(await ask()).toBe('known')
  })

  it('has to wait while Hub is down, when it was never seen before', async () => {
    await hubIsDown()
    expect(await ask()).toBe('peer-unavailable')
    await control.clearFaults()
    expect(await ask()).toBe('known')
  })
})

describe('an organization that Hub does not have', () => {
  it('is refused, and known 10 seconds after Hub has it, also when messages keep coming', async () => {
    expect(await ask()).toBe('tenant-unknown')
    await control.putOrganization()
    for (let seconds = 0; seconds < 9; seconds += 1) {
      time += second
      expect(await ask()).toBe('tenant-unknown')
    }
    time += second + 1
    expect(await ask()).toBe('known')
  })

  it('is asked for once in 10 seconds', async () => {
    for (let asked = 0; asked < 20; asked += 1) await ask()
    expect(await questions()).toBe(1)
  })

  it('is refused when Hub had it and has it no more, and stays so while Hub is down', async () => {
    await control.putOrganization()
    expect(await ask()).toBe('known')
    await control.reset()
    time += day + second
    expect(await ask()).toBe('tenant-unknown')
    await hubIsDown()
    time += 11 * second
    expect(await ask()).toBe('peer-unavailable')
  })
})
