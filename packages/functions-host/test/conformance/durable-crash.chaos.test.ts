// The host is killed in the middle of orchestrations, at any request to its storage and at any time. After a restart they go on: nothing is
// lost, no event is taken twice, activities run at least once.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Child } from '@theone/local-process/child-process'
import { startAzurite, type TestAzurite } from '../../../../test/support/azurite.ts'
import { isLong, someOf } from '../../../../test/support/thoroughness.ts'
import {
  createRequestCount,
  type HoldingProxy,
  type Side,
  startHoldingProxy,
} from '../../../../test/support/holding-proxy.ts'
import { durableApi, startDurableHost } from './durable-host.ts'

const requests = createRequestCount(() => true)
const folder = mkdtempSync(join(tmpdir(), 'durable-crash-'))
let azurite: TestAzurite
let proxy: HoldingProxy
let host: Child
const restartMs: number[] = []

const { api, end, raise, start, until } = durableApi(() => host.urls['functions'] ?? '')

const startHost = async (): Promise<void> => {
  const tables = azurite.child.urls['tables'] ?? ''
  const connectionString = azurite.connectionString.replaceAll(new URL(tables).origin, proxy.url)
  host = await startDurableHost(connectionString, { folder })
}

const killAndRestart = async (): Promise<void> => {
  requests.begin()
  await host.kill()
  const begun = performance.now()
  await startHost()
  restartMs.push(performance.now() - begun)
}

beforeAll(async () => {
  azurite = await startAzurite()
  proxy = await startHoldingProxy(new URL(azurite.child.urls['tables'] ?? '').origin, requests)
  await startHost()
})
afterAll(async () => {
  const sorted = restartMs.toSorted((a, b) => a - b)
  console.log(`Restarted ${sorted.length} times, in ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms (median).`)
  await host?.stop()
  await proxy?.close()
  await azurite?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const activities = 3
const expected = (key: string) => ({
  values: Array.from({ length: activities }, (_, index) => `${key}-${index}`),
  child: key,
  all: [1, 2, 3],
  events: ['one', 'two', 'three'],
})

const journey = async (id: string): Promise<void> => {
  for (const item of ['one', 'two', 'three']) expect(await raise(id, 'item', item)).toBe(202)
}

describe('a host that is killed in the middle of an orchestration', () => {
  it('ends it after a restart, whatever request to its storage it was at', async () => {
    requests.begin()
    const first = await start('journey', { key: 'first', activities })
    await journey(first)
    expect((await end(first)).output).toEqual(expected('first'))
    // The status is asked for as well, so this is more than it takes.
    const steps = requests.seen().filter((request) => !request.startsWith('GET')).length
    expect(steps).toBeGreaterThan(8)
    const sides: readonly Side[] = ['before', 'after']
    const numbers = Array.from({ length: steps }, (_, index) => index + 1)
    for (const [index, step] of someOf(numbers, 3).entries()) {
      const side = sides[index % 2] ?? 'before'
      const key = `${side}-${step}`
      const id = await start('journey', { key, activities })
      await journey(id)
      requests.begin({ request: step, side })
      const over = until(id, ({ runtimeStatus }) => runtimeStatus === 'Completed').catch(() => 'cut off')
      await Promise.race([requests.held(), over])
      await killAndRestart()
      expect([key, (await end(id)).output]).toEqual([key, expected(key)])
    }
  })

  it('ends many of them after a restart at any time', async () => {
    const prefix = randomUUID()
    const ids = Array.from({ length: isLong ? 15 : 8 }, (_, index) => `${prefix}-${index}`)
    await Promise.all(ids.map((id) => start('journey', { key: id, activities }, id)))
    await Promise.all(ids.map(journey))
    for (const ms of isLong ? [0, 40, 150, 400] : [150]) {
      await sleep(ms)
      await killAndRestart()
    }
    for (const id of ids) expect((await end(id)).output).toEqual(expected(id))
    const left = await api('GET', `instances/?instanceIdPrefix=${prefix}&runtimeStatus=Running,Pending,Failed`)
    expect(await left.json()).toEqual([])
  })

  it('keeps what came for a suspended instance, and continues as new where it was', async () => {
    const id = await start('oneEventEach', { left: 6, got: [] })
    for (const item of [1, 2, 3]) await raise(id, 'item', item)
    await api('POST', `instances/${id}/suspend?reason=x`)
    await until(id, ({ runtimeStatus }) => runtimeStatus === 'Suspended')
    for (const item of [4, 5, 6]) await raise(id, 'item', item)
    await killAndRestart()
    await until(id, ({ runtimeStatus }) => runtimeStatus === 'Suspended')
    await api('POST', `instances/${id}/resume?reason=x`)
    expect((await end(id)).output).toEqual([1, 2, 3, 4, 5, 6])
  })
})
