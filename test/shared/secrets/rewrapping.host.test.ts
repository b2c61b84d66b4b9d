// The wrapping key is rotated while values are sealed and opened.
import { afterAll, afterEach, aroundEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dataKeyTable, placeOf } from '../../../shared/secrets/data-key-table.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { type SealingStage, askingStore, openSealingStage } from './sealing-stage.ts'

let azurite: TestAzurite
let store: Store
let stage: SealingStage
let old: string
beforeAll(async () => {
  azurite = await startAzurite()
  store = createStore({ connectionString: azurite.connectionString })
})
afterAll(() => azurite.stop())
beforeEach(async () => {
  stage = await openSealingStage(store)
  old = await stage.rotate()
})
afterEach(() => stage.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const record = 'connection/github-1/refreshToken'
const tenants = Array.from({ length: 8 }, (_, index) => `tenant-${index}`)
const settled = 3_601
const bucketCount = 16

const sealAll = async (names: readonly string[] = tenants): Promise<readonly string[]> => {
  const instance = stage.instance()
  return Promise.all(names.map((tenant) => instance.seal(tenant, record, `value of ${tenant}`)))
}

/** By an instance that knows nothing from before. */
const expectAllToOpen = async (sealed: readonly string[]): Promise<void> => {
  const instance = stage.instance()
  for (const [index, tenant] of tenants.entries())
    expect(await instance.open(tenant, record, sealed[index] ?? '')).toBe(`value of ${tenant}`)
}

const versions = async (): Promise<readonly string[]> => [
  ...new Set((await stage.keys()).map(({ wrappingVersion }) => wrappingVersion)),
]

class Killed extends Error {
  override readonly name = 'Killed'
}

describe('the rotation of the wrapping key', () => {
  it('moves every tenant to the new version, and what was sealed opens before, during and after', async () => {
    const sealed = await sealAll()
    const busy = stage.instance()
    await busy.open('tenant-0', record, sealed[0] ?? '')
    const current = await stage.rotate()
    await expectAllToOpen(sealed)
    expect(await stage.instance().rewrap()).toEqual({ rewrapped: tenants.length, left: 0, retired: [] })
    expect(await versions()).toEqual([current])
    await expectAllToOpen(sealed)
    expect(await busy.open('tenant-0', record, sealed[0] ?? '')).toBe('value of tenant-0')
    expect(await stage.isEnabled(old)).toBe(true)
  })

  it('retires the old version an hour later, and nobody notices', async () => {
    const sealed = await sealAll()
    await stage.rotate()
    await stage.instance().rewrap()
    stage.pass(settled)
    expect(await stage.instance().rewrap()).toEqual({ rewrapped: 0, left: 0, retired: [old] })
    expect(await stage.isEnabled(old)).toBe(false)
    await expectAllToOpen(sealed)
    expect(await stage.instance().rewrap()).toEqual({ rewrapped: 0, left: 0, retired: [] })
  })

  it('goes on where a run was killed, before each write in turn', async () => {
    const sealed = await sealAll()
    for (let writes = 1; writes <= tenants.length; writes += 1) {
      const current = await stage.rotate()
      const dying = askingStore(store, async (method, times) => {
        if (method === 'update' && times === writes) throw new Killed()
      })
      await expect(stage.instance(dying).rewrap()).rejects.toThrow(Killed)
      await expectAllToOpen(sealed)
      expect((await stage.instance().rewrap()).rewrapped).toBe(tenants.length - writes + 1)
      expect(await versions()).toEqual([current])
    }
    await expectAllToOpen(sealed)
  })

  it('is done by two runs at once, each key by one of them', async () => {
    const sealed = await sealAll()
    const current = await stage.rotate()
    const second = stage.instance()
    let others = 0
    // The second run is over before the first writes what it has read.
    const first = stage.instance(
      askingStore(store, async (method, times) => {
        if (method === 'update' && times === 1) others = (await second.rewrap()).rewrapped
      }),
    )
    expect(await first.rewrap()).toMatchObject({ rewrapped: 0, left: 0 })
    expect(others).toBe(tenants.length)
    await Promise.all([stage.instance().rewrap(), stage.instance().rewrap()])
    expect(await versions()).toEqual([current])
    await expectAllToOpen(sealed)
  })
})

describe('the old version', () => {
  it('is taken for no new key once there is a newer one, also where it was the current one a moment ago', async () => {
    const instance = stage.instance()
    await instance.seal('tenant-0', record, 'value')
    const current = await stage.rotate()
    await instance.seal('tenant-1', record, 'value')
    expect((await stage.keyOf('tenant-1'))?.wrappingVersion).toBe(current)
  })

  it('stays while one key needs it that was stored behind the back of the run', async () => {
    await sealAll()
    const [row] = await stage.keys()
    if (!row) throw new Error('There is no key.')
    await stage.rotate()
    stage.pass(settled)
    // By an instance that asked for the current version before the rotation: after all keys are rewrapped, before they are counted.
    const between = askingStore(store, async (method, times) => {
      if (method === 'each' && times === bucketCount + 1)
        await store.open(dataKeyTable).key.upsert({ ...row, ...placeOf('tenant-late') })
    })
    expect(await stage.instance(between).rewrap()).toEqual({ rewrapped: tenants.length, left: 1, retired: [] })
    expect(await stage.isEnabled(old)).toBe(true)
  })

  it('stays when a run is cut off before it has counted', async () => {
    await sealAll()
    await stage.rotate()
    await stage.instance().rewrap()
    stage.pass(settled)
    const abort = new AbortController()
    const cut = askingStore(store, async (method, times) => {
      if (method === 'each' && times === bucketCount + 2) abort.abort()
    })
    expect(await stage.instance(cut).rewrap({ signal: abort.signal })).toMatchObject({ retired: [] })
    expect(await stage.isEnabled(old)).toBe(true)
  })

  it('stays for a key that cannot be unwrapped, which is told of once all others are moved', async () => {
    await sealAll()
    const spoilt = await stage.keyOf('tenant-3')
    if (!spoilt) throw new Error('There is no key.')
    await store.open(dataKeyTable).key.upsert({ ...spoilt, wrapped: `AAAA${spoilt.wrapped.slice(4)}` })
    const current = await stage.rotate()
    stage.pass(settled)
    await expect(stage.instance().rewrap()).rejects.toThrow('cannot be unwrapped')
    const moved = (await stage.keys()).filter(({ wrappingVersion }) => wrappingVersion === current)
    expect(moved).toHaveLength(tenants.length - 1)
    expect(await stage.isEnabled(old)).toBe(true)
  })

  it('may be retired between the reading of a row and the use of its key', async () => {
    const sealed = await sealAll()
    const slow = stage.instance(
      askingStore(store, async (method, times) => {
        if (method !== 'get' || times !== 1) return
        await stage.rotate()
        stage.pass(settled)
        expect((await stage.instance().rewrap()).retired).toEqual([old])
      }),
    )
    expect(await slow.open('tenant-0', record, sealed[0] ?? '')).toBe('value of tenant-0')
  })

  it('is none of a rotation that has not begun', async () => {
    await sealAll()
    stage.pass(settled)
    expect(await stage.instance().rewrap()).toEqual({ rewrapped: 0, left: 0, retired: [] })
    expect(await stage.isEnabled(old)).toBe(true)
  })
})
