// What the store makes of a storage service that fails, loses answers or does not answer at all.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createStore } from '../../../shared/store/store.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts'
import { storeFailure } from '../../support/store-failure.ts'

const countTable = table('counts', {
  count: rowKind({
    schema: z.strictObject({ tenantId: z.string(), id: z.string(), count: z.number() }),
    partition: ['tenantId'],
    key: ['id'],
    keepFor: 'forever',
    dataOf: { nobody: 'Of a test' },
  }),
})

let azurite: TestAzurite
let proxy: FaultProxy

beforeAll(async () => {
  azurite = await startAzurite()
  proxy = await startFaultProxy(new URL(azurite.child.urls['tables'] ?? '').origin)
})
afterEach(() => {
  proxy.decide = () => 'pass'
})
afterAll(async () => {
  await proxy.close()
  await azurite.stop()
})

const storeAt = (url: string, options?: Parameters<typeof createStore>[1]) =>
  createStore(
    {
      connectionString: azurite.connectionString.replace(
        /TableEndpoint=[^;]+/,
        `TableEndpoint=${url}/devstoreaccount1`,
      ),
    },
    options,
  )
const rows = () => storeAt(proxy.url).open(countTable)
const newValue = () => ({ tenantId: randomUUID(), id: '1', count: 1 })
/** The faults of the first writes, in order; all else passes. */
const faults = (...list: Fault[]): void => {
  proxy.decide = (method) => (method === 'GET' ? 'pass' : (list.shift() ?? 'pass'))
}

/** A port where nothing listens any more. */
const deadUrl = async (): Promise<string> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

describe('a storage service that fails', () => {
  it('is asked again a few times', async () => {
    const value = newValue()
    faults('refuse', 'refuse')
    await expect(rows().count.insert(value)).resolves.toMatchObject({ value })
  })

  it('is reported as unavailable, with the cause, when it goes on failing', async () => {
    proxy.decide = () => 'refuse'
    const failing = rows().count.get(newValue())
    await expect(failing).rejects.toMatchObject({ code: 'storage-unavailable', cause: { cause: { statusCode: 503 } } })
    await expect(rows().count.list(newValue(), { limit: 1 })).rejects.toMatchObject({ code: 'storage-unavailable' })
  })

  it('is reported as unavailable when nothing listens', async () => {
    const nowhere = storeAt(await deadUrl()).open(countTable)
    await expect(nowhere.count.get(newValue())).rejects.toMatchObject({
      code: 'storage-unavailable',
      cause: { cause: { code: 'ECONNREFUSED' } },
    })
  })

  it('works again afterwards, also when it failed at first use', async () => {
    const store = storeAt(proxy.url).open(table(`t${randomUUID().replaceAll('-', '')}`, countTable.kinds))
    const value = newValue()
    proxy.decide = (_, url) => (url.includes('/Tables') ? 'refuse' : 'pass')
    await expect(store.count.insert(value)).rejects.toThrow(storeFailure('create the table'))
    proxy.decide = () => 'pass'
    await expect(store.count.insert(value)).resolves.toMatchObject({ value })
  })

  it('is given up when it does not answer within the deadline', async () => {
    proxy.decide = () => 'hang'
    const impatient = storeAt(proxy.url, { deadlineMs: 300 }).open(countTable)
    await expect(impatient.count.get(newValue())).rejects.toThrow(storeFailure('did not answer in time'))
  })
})

describe('a write whose answer was lost', () => {
  it.each(['lose', 'cut'] as const)('is not taken for a conflict with someone else (%s)', async (fault) => {
    const value = newValue()
    faults(fault)
    await expect(rows().count.insert(value)).rejects.toMatchObject({ code: 'storage-unavailable' })
    await expect(rows().count.get(value)).resolves.toMatchObject({ value })
    await expect(rows().count.insert(value)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is not taken for a conflict in an update or a transaction either', async () => {
    const row = await rows().count.insert(newValue())
    faults('lose')
    const changed = { ...row.value, count: 2 }
    await expect(rows().count.update(row, changed)).rejects.toMatchObject({ code: 'storage-unavailable' })
    await expect(rows().count.get(changed)).resolves.toMatchObject({ value: changed })
    faults('lose')
    const transaction = rows().transaction([rows().count.toDelete(changed)])
    await expect(transaction).rejects.toMatchObject({ code: 'storage-unavailable' })
    await expect(rows().count.get(changed)).resolves.toBeUndefined()
  })

  it('is simply done when it is an upsert or a delete', async () => {
    const value = newValue()
    faults('lose')
    await expect(rows().count.upsert(value)).resolves.toMatchObject({ value })
    faults('lose')
    await rows().count.delete(value)
    await expect(rows().count.get(value)).resolves.toBeUndefined()
  })
})

describe('check', () => {
  it('resolves when the service answers, and makes no table', async () => {
    const urls: string[] = []
    proxy.decide = (method, url) => {
      urls.push(`${method} ${url}`)
      return 'pass'
    }
    await storeAt(proxy.url).check()
    expect(urls).toEqual([expect.stringMatching(/^GET .*storageProbe\(/)])
  })

  it('asks once more when the service is late, as a busy machine makes it seem', async () => {
    let asked = 0
    proxy.decide = () => {
      asked += 1
      return asked === 1 ? 'hang' : 'pass'
    }
    await storeAt(proxy.url).check()
    expect(asked).toBe(2)
  })

  it('reports a service that is down, that refuses the key, or that hangs', async () => {
    await expect(storeAt(await deadUrl()).check()).rejects.toMatchObject({ code: 'storage-unavailable' })
    const wrongKey = azurite.connectionString.replace(/AccountKey=[^;]+/, `AccountKey=${btoa('another key')}`)
    await expect(createStore({ connectionString: wrongKey }).check()).rejects.toThrow(storeFailure('403'))
    proxy.decide = () => 'hang'
    await expect(storeAt(proxy.url, { deadlineMs: 200 }).check()).rejects.toMatchObject({ code: 'storage-unavailable' })
  })
})

describe('the account', () => {
  it.each(['nonsense', 'AccountName=a;AccountKey=b'])('given as "%s" is reported as not configured', async (text) => {
    const store = createStore({ connectionString: text })
    await expect(store.check()).rejects.toMatchObject({ code: 'not-configured' })
    await expect(store.open(countTable).count.get(newValue())).rejects.toMatchObject({ code: 'not-configured' })
  })

  it('is only ever reached without TLS on this machine', async () => {
    const elsewhere = azurite.connectionString.replaceAll('127.0.0.1', 'storage.example')
    await expect(createStore({ connectionString: elsewhere }).check()).rejects.toMatchObject({
      code: 'storage-unavailable',
    })
    await expect(createStore({ connectionString: elsewhere }).check()).rejects.toMatchObject({
      cause: { cause: { message: expect.stringContaining('allowInsecureConnection') as string } },
    })
  })

  it('given by URL is reached with a token, and a token that cannot be had is reported', async () => {
    const credential = { getToken: () => Promise.reject(new Error('no identity here')) }
    const store = createStore({ tableUrl: 'https://127.0.0.1:1', credential })
    await expect(store.check()).rejects.toMatchObject({
      code: 'storage-unavailable',
      cause: { cause: { message: expect.stringContaining('no identity here') as string } },
    })
  })

  it('whose token never comes is given up within the deadline', async () => {
    const credential = { getToken: () => new Promise<never>(() => {}) }
    const store = createStore({ tableUrl: 'https://127.0.0.1:1', credential }, { deadlineMs: 200 })
    await expect(store.open(countTable).count.get(newValue())).rejects.toThrow(storeFailure('did not answer in time'))
    await expect(store.check()).rejects.toThrow(storeFailure('did not answer in time'))
  })
})
