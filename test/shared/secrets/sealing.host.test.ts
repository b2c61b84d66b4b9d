// Values that rows keep secret, in the tables of an emulator of their own.
import { afterAll, afterEach, aroundEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dataKeyTable, placeOf } from '../../../shared/secrets/data-key-table.ts'
import { wrappingKeyName } from '../../../shared/secrets/wrapping-key-name.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { countsOf, setFaults, vaultClient } from '../../local/key-vault/vault-client.ts'
import { type Instance, type SealingStage, askingStore, openSealingStage } from './sealing-stage.ts'

let azurite: TestAzurite
let store: Store
let stage: SealingStage
let instance: Instance
beforeAll(async () => {
  azurite = await startAzurite()
  store = createStore({ connectionString: azurite.connectionString })
})
afterAll(() => azurite.stop())
beforeEach(async () => {
  stage = await openSealingStage(store)
  await stage.rotate()
  instance = stage.instance()
})
afterEach(() => stage.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const [tenant, other, record] = ['tenant-a', 'tenant-b', 'connection/github-1/refreshToken']
const unreadable = expect.objectContaining({ code: 'internal' }) as Error
const readings = async (): Promise<number> => (await countsOf(stage.vault.url))['getSecret'] ?? 0

describe('a sealed value', () => {
  it.each(['refresh-token', '', '𝄞 väl\u0000ue', 'x'.repeat(40_000)])(
    'opens as it was, in another instance as well: %#',
    async (value) => {
      const sealed = await instance.seal(tenant, record, value)
      if (value !== '') expect(sealed).not.toContain(value)
      expect(await instance.open(tenant, record, sealed)).toBe(value)
      expect(await stage.instance().open(tenant, record, sealed)).toBe(value)
    },
  )

  it('looks different each time', async () => {
    const [one, two] = [await instance.seal(tenant, record, 'value'), await instance.seal(tenant, record, 'value')]
    expect(one).not.toBe(two)
    expect(one.split('.', 2)).toEqual(two.split('.', 2))
  })

  it('that is copied to another tenant does not open there', async () => {
    const sealed = await instance.seal(tenant, record, 'value')
    const wholly = (keyId: string) => sealed.replace(/\.[\w-]+\./, `.${keyId}.`)
    await expect(instance.open(other, record, sealed)).rejects.toEqual(unreadable)
    const [, keyId = ''] = (await instance.seal(other, record, 'another')).split('.')
    await expect(instance.open(other, record, sealed)).rejects.toEqual(unreadable)
    await expect(instance.open(other, record, wholly(keyId))).rejects.toEqual(unreadable)
  })

  it('does not open for another tenant that was given the key of the first', async () => {
    const sealed = await instance.seal(tenant, record, 'value')
    await instance.seal(other, record, 'another')
    const [own, foreign] = [await stage.keyOf(tenant), await stage.keyOf(other)]
    if (!own || !foreign) throw new Error('There are no keys.')
    const { keyId, wrapped } = own
    await store.open(dataKeyTable).key.upsert({ ...foreign, keyId, wrapped })
    await expect(stage.instance().open(other, record, sealed)).rejects.toThrow('cannot be unwrapped')
  })

  it('that is copied to another record does not open there', async () => {
    const sealed = await instance.seal(tenant, record, 'value')
    for (const elsewhere of ['connection/github-2/refreshToken', 'connection/github-1/accessToken', ''])
      await expect(instance.open(tenant, elsewhere, sealed)).rejects.toEqual(unreadable)
  })

  it('that was changed anywhere does not open', async () => {
    const sealed = await instance.seal(tenant, record, 'value')
    const [form = '', keyId = '', text = ''] = sealed.split('.')
    const bytes = Buffer.from(text, 'base64url')
    const changed = Array.from(bytes, (byte, at) => Buffer.from(bytes.with(at, byte ^ 1)))
    for (const spoilt of [...changed, bytes.subarray(0, -1), bytes.subarray(0, 20), Buffer.alloc(0)])
      await expect(instance.open(tenant, record, `${form}.${keyId}.${spoilt.toString('base64url')}`)).rejects.toEqual(
        unreadable,
      )
    await expect(instance.open(tenant, record, 'value')).rejects.toEqual(unreadable)
  })

  it('does not open with a part of its tag, which is easier to guess', async () => {
    const [form, keyId, text = ''] = (await instance.seal(tenant, record, '')).split('.')
    const bytes = Buffer.from(text, 'base64url')
    for (const tagBytes of [4, 8, 12, 15]) {
      const short = bytes.subarray(0, 12 + tagBytes).toString('base64url')
      await expect(instance.open(tenant, record, `${form}.${keyId}.${short}`)).rejects.toEqual(unreadable)
    }
  })

  it('is found again by its digest, which is another one for another purpose and for another tenant', async () => {
    const digest = await instance.digest(tenant, 'login', 'mia@example.com')
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(await stage.instance().digest(tenant, 'login', 'mia@example.com')).toBe(digest)
    const others = [
      await instance.digest(tenant, 'answer', 'mia@example.com'),
      await instance.digest(other, 'login', 'mia@example.com'),
      await instance.digest(tenant, 'login', 'tom@example.com'),
    ]
    expect(new Set([digest, ...others]).size).toBe(4)
  })

  it('does not open any more once the key of its tenant is deleted', async () => {
    const sealed = await instance.seal(tenant, record, 'value')
    await store.open(dataKeyTable).key.delete(placeOf(tenant))
    await expect(stage.instance().open(tenant, record, sealed)).rejects.toEqual(unreadable)
    await stage.instance().seal(tenant, record, 'another')
    await expect(stage.instance().open(tenant, record, sealed)).rejects.toEqual(unreadable)
  })
})

describe('the key of a tenant', () => {
  it('is made once by two instances at the same time, and each opens what the other has sealed', async () => {
    const second = stage.instance()
    let theirs = ''
    const first = stage.instance(
      askingStore(store, async (method) => {
        if (method === 'insert') theirs = await second.seal(tenant, record, 'of the second')
      }),
    )
    const ours = await first.seal(tenant, record, 'of the first')
    expect(theirs).not.toBe('')
    for (const each of [first, second, stage.instance()]) {
      expect(await each.open(tenant, record, ours)).toBe('of the first')
      expect(await each.open(tenant, record, theirs)).toBe('of the second')
    }
    expect(await stage.keys()).toHaveLength(1)
  })

  it('is made once by many calls at the same time, and unwrapped once for many rows', async () => {
    const before = await readings()
    const sealed = await Promise.all(
      Array.from({ length: 50 }, (_, index) => instance.seal(tenant, record, String(index))),
    )
    const fresh = stage.instance()
    const opened = await Promise.all(sealed.map((each) => fresh.open(tenant, record, each)))
    expect(opened).toEqual(sealed.map((_, index) => String(index)))
    expect(await stage.keys()).toHaveLength(1)
    // One to make it, which also counts the first request of a client, and one to unwrap it.
    expect((await readings()) - before).toBe(2)
  })

  it('needs a wrapping key that is one', async () => {
    await vaultClient(stage.vault.url).setSecret(wrappingKeyName, 'a passphrase')
    await expect(stage.instance().seal(tenant, record, 'value')).rejects.toMatchObject({
      code: 'not-configured',
      message: expect.stringContaining('is not 32 random bytes in base64') as string,
    })
    expect(await stage.keys()).toEqual([])
  })
})

describe('while the vault is away', () => {
  it('what is known opens for minutes, what is not says so, and after that nothing opens', async () => {
    const sealed = await instance.seal(tenant, record, 'value')
    const foreign = await stage.instance().seal(other, record, 'another')
    // Unwrapped once: what was made here is known by its key alone.
    stage.pass(301)
    await instance.open(tenant, record, sealed)
    await setFaults(stage.vault.url, [{ kind: 'status', status: 503 }])
    for (let minute = 0; minute < 5; minute += 1) {
      stage.pass(60)
      expect(await instance.open(tenant, record, sealed)).toBe('value')
    }
    const unavailable = { code: 'vault-unavailable' }
    await expect(stage.instance().open(other, record, foreign)).rejects.toMatchObject(unavailable)
    await expect(instance.seal('tenant-new', record, 'value')).rejects.toMatchObject(unavailable)
    stage.pass(601)
    await expect(instance.open(tenant, record, sealed)).rejects.toMatchObject(unavailable)
    await setFaults(stage.vault.url, [])
    stage.pass(6)
    expect(await instance.open(tenant, record, sealed)).toBe('value')
  })
})
