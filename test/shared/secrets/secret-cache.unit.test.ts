// What is known of the vault's secrets, how long it is good, and what is said once it is not.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type RunningKeyVault, startKeyVault } from '../../../local/key-vault/key-vault.ts'
import { type SecretCache, createSecretCache } from '../../../shared/secrets/secret-cache.ts'
import { createVault } from '../../../shared/secrets/vault.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { countsOf, setFaults, vaultClient } from '../../local/key-vault/vault-client.ts'

let vault: RunningKeyVault
let cache: SecretCache
let at: number
let lines: string[]
let number = 0
/** A secret of each test's own. */
let name: string

beforeAll(async () => {
  vault = await startKeyVault({ port: 0 })
})
afterAll(() => vault.close())
beforeEach(() => {
  at = Date.now()
  lines = []
  name = `secret-${(number += 1)}`
  cache = createSecretCache(createVault(vault.url), () => new Date(at))
})
afterEach(() => setFaults(vault.url, []))

const set = (value: string, options = {}) => vaultClient(vault.url).setSecret(name, value, options)
const read = (asked = {}) =>
  runWithLogSink(
    (_, line) => lines.push(line),
    async () => (await cache.read(name, asked)).value,
  )
const readings = async (): Promise<number> => (await countsOf(vault.url))['getSecret'] ?? 0
const pass = (seconds: number): void => {
  at += seconds * 1_000
}
const isAway = [{ kind: 'status', status: 503 }] as const

const unavailable = expect.objectContaining({ code: 'vault-unavailable' }) as Error
const unusable = (text: string) =>
  expect.objectContaining({ code: 'not-configured', message: expect.stringContaining(text) }) as Error

describe('a secret', () => {
  it('is read once by all who want it at the same time, and by those of the next minute', async () => {
    await set('value')
    const before = await readings()
    const found = await Promise.all(Array.from({ length: 50 }, () => read()))
    expect(new Set(found)).toEqual(new Set(['value']))
    pass(59)
    await read()
    expect(await readings()).toBe(before + 1)
  })

  it('that is older is handed out while it is read again, once', async () => {
    await set('old')
    await read()
    await set('new')
    pass(61)
    const before = await readings()
    expect(await Promise.all([read(), read(), read()])).toEqual(['old', 'old', 'old'])
    await vi.waitFor(async () => expect(await read()).toBe('new'))
    expect(await readings()).toBe(before + 1)
  })

  it('is waited for when what is known is older than ten minutes', async () => {
    await set('old')
    await read()
    await set('new')
    pass(600)
    expect(await read()).toBe('new')
  })

  it('has versions of its own, which are known apart', async () => {
    const { properties } = await set('one')
    await set('two')
    expect(await read()).toBe('two')
    expect(await read({ version: properties.version })).toBe('one')
  })
})

describe('while the vault is away', () => {
  it('what is known goes on for ten minutes, what is not says so, and after that nothing is handed out', async () => {
    await set('value')
    await read()
    await setFaults(vault.url, isAway)
    for (let minute = 0; minute < 5; minute += 1) {
      pass(60)
      expect(await read()).toBe('value')
    }
    await expect(cache.read('never-read')).rejects.toEqual(unavailable)
    pass(299)
    expect(await read()).toBe('value')
    pass(2)
    await expect(read()).rejects.toEqual(unavailable)
    await setFaults(vault.url, [])
    pass(6)
    expect(await read()).toBe('value')
  })

  it('it is asked once in five seconds', async () => {
    await setFaults(vault.url, [{ kind: 'status', status: 404 }])
    const before = await readings()
    for (let asked = 0; asked < 20; asked += 1) await expect(read()).rejects.toThrow()
    expect(await readings()).toBe(before + 1)
    pass(5)
    await expect(read()).rejects.toThrow()
    expect(await readings()).toBe(before + 2)
  })

  it.each([
    [
      'answers that we may not',
      [{ kind: 'status', status: 403 }],
      'it does not allow this app to do that. Deploy the roles of the app again',
    ],
    ['limits us', [{ kind: 'rate-limit', retryAfter: '0' }], 'it limits how often it may be called. Repeat it later'],
    ['hangs', [{ kind: 'hang' }], 'it did not answer. Repeat it later'],
    ['cuts the connection', [{ kind: 'reset-connection' }], 'it did not answer. Repeat it later'],
  ])('it is told in words when it %s', async (_, faults, words) => {
    await set('value')
    await setFaults(vault.url, faults)
    await expect(read()).rejects.toMatchObject({
      code: 'vault-unavailable',
      message: `The secret ${name} could not be read from the key vault: ${words}.`,
    })
  })
})

describe('a secret that may not be used', () => {
  it('is not handed out once the vault has said that it is disabled', async () => {
    const { properties } = await set('value')
    await read()
    await vaultClient(vault.url).updateSecretProperties(name, properties.version ?? '', { enabled: false })
    pass(61)
    await read()
    await vi.waitFor(() => expect(read()).rejects.toEqual(unusable('is disabled in the key vault')))
  })

  it('is not handed out once it is deleted', async () => {
    await set('value')
    await read()
    await vaultClient(vault.url).beginDeleteSecret(name)
    pass(61)
    await read()
    await vi.waitFor(() => expect(read()).rejects.toEqual(unusable('is not in the key vault')))
  })

  it('is not handed out after it has expired, though the vault would, until there is a new version', async () => {
    await set('old', { expiresOn: new Date(at + 30_000) })
    expect(await read()).toBe('old')
    pass(31)
    await expect(read()).rejects.toEqual(unusable('has expired'))
    await set('new', { expiresOn: new Date(at + 30_000) })
    expect(await read()).toBe('new')
  })

  it('is not handed out before it is valid', async () => {
    await set('early', { notBefore: new Date(at + 3_600_000) })
    await expect(read()).rejects.toEqual(unusable('is not valid yet'))
  })
})

describe('a value that somebody has refused', () => {
  it('is read anew, at most once in five seconds', async () => {
    await set('old')
    await read()
    await set('new')
    expect(await read({ refused: 'old' })).toBe('old')
    pass(5)
    expect(await read({ refused: 'old' })).toBe('new')
    const before = await readings()
    pass(5)
    expect(await read({ refused: 'old' })).toBe('new')
    expect(await readings()).toBe(before)
  })
})

it('is in no log', async () => {
  const value = 'value-that-nobody-must-see'
  await set(value)
  await read()
  await setFaults(vault.url, isAway)
  pass(700)
  await expect(read()).rejects.toThrow()
  expect(lines.join('\n')).toContain('secret.read.failed')
  expect(lines.join('\n')).not.toContain(value)
})

it('is in no error when the answer that has it is cut off', async () => {
  const value = 'value-that-nobody-must-see'
  const cutOff = createServer(({ headers }, response) => {
    const isKnown = headers.authorization !== undefined
    response.writeHead(isKnown ? 200 : 401, {
      'content-type': 'application/json',
      'www-authenticate': 'Bearer authorization="https://login.example/tenant", resource="https://vault.azure.net"',
    })
    response.end(isKnown ? `{"value":"${value}","id":"https` : '{}')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void cutOff.close())
  await once(cutOff, 'listening')
  const { port } = cutOff.address() as AddressInfo
  const thrown = await createVault(`http://127.0.0.1:${port}`)
    .get(name)
    .catch((error: unknown) => error)
  expect(thrown).toMatchObject({ code: 'vault-unavailable', cause: { statusCode: 200, code: 'PARSE_ERROR' } })
  expect(inspect(thrown, { depth: null, showHidden: true })).not.toContain(value)
})
