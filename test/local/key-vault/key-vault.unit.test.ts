// The local Key Vault, as the real client meets it.
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type RunningKeyVault, startKeyVault } from '../../../local/key-vault/key-vault.ts'
import { withSecrets } from '../../../local/key-vault/provided-secrets.ts'
import { countsOf, setFaults, vaultClient } from './vault-client.ts'

let vault: RunningKeyVault
beforeAll(async () => {
  vault = await startKeyVault({ port: 0 })
})
afterAll(() => vault.close())

const refusal = (statusCode: number, code: string) => expect.objectContaining({ statusCode, code }) as Error

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('a secret', () => {
  it('is set with the first request of a client, and read with all that was said of it', async () => {
    const client = vaultClient(vault.url)
    const [notBefore, expiresOn] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-04-01T00:00:00Z')]
    const set = await client.setSecret('whole', 'välue', {
      contentType: 'text/plain',
      tags: { integration: 'code→psa' },
      notBefore,
      expiresOn,
    })
    const read = await client.getSecret('whole')
    expect(read).toMatchObject({
      name: 'whole',
      value: 'välue',
      properties: {
        name: 'whole',
        vaultUrl: vault.url,
        version: set.properties.version,
        contentType: 'text/plain',
        tags: { integration: 'code→psa' },
        enabled: true,
        notBefore,
        expiresOn,
        recoveryLevel: 'Recoverable+Purgeable',
        recoverableDays: 90,
      },
    })
    expect(read.properties.version).toMatch(/^[0-9a-f]{32}$/)
    expect(Math.abs(Number(read.properties.createdOn) - Date.now())).toBeLessThan(60_000)
  })

  it('has versions: the newest is read, older ones by their name', async () => {
    const client = vaultClient(vault.url)
    const first = await client.setSecret('versioned', 'one')
    const second = await client.setSecret('Versioned', 'two')
    expect((await client.getSecret('versioned')).value).toBe('two')
    expect(second.name).toBe('versioned')
    const { version = '' } = first.properties
    expect((await client.getSecret('versioned', { version })).value).toBe('one')
    const listed = await all(client.listPropertiesOfSecretVersions('versioned'))
    expect(listed.map((properties) => properties.version)).toEqual([version, second.properties.version])
    await expect(client.getSecret('versioned', { version: '0'.repeat(32) })).rejects.toEqual(
      refusal(404, 'SecretNotFound'),
    )
  })

  it('that is disabled is refused, also when an older version is not', async () => {
    const client = vaultClient(vault.url)
    const { properties: first } = await client.setSecret('disabled', 'one')
    const { properties: second } = await client.setSecret('disabled', 'two')
    const changed = await client.updateSecretProperties('disabled', second.version ?? '', { enabled: false })
    expect(changed.enabled).toBe(false)
    await expect(client.getSecret('disabled')).rejects.toEqual(refusal(403, 'Forbidden'))
    expect((await client.getSecret('disabled', { version: first.version ?? '' })).value).toBe('one')
    await client.updateSecretProperties('disabled', second.version ?? '', { enabled: true })
    expect((await client.getSecret('disabled')).value).toBe('two')
  })

  it('keeps what a change of properties does not name', async () => {
    const client = vaultClient(vault.url)
    const expiresOn = new Date('2027-01-01T00:00:00Z')
    const { properties } = await client.setSecret('kept', 'value', { tags: { a: '1' }, contentType: 'text/plain' })
    await client.updateSecretProperties('kept', properties.version ?? '', { expiresOn })
    const { value, properties: now } = await client.getSecret('kept')
    expect(value).toBe('value')
    expect(now).toMatchObject({ tags: { a: '1' }, contentType: 'text/plain', enabled: true, expiresOn })
  })

  it('that has expired or is not yet valid is read all the same, as from Azure', async () => {
    const client = vaultClient(vault.url)
    await client.setSecret('expired', 'value', { expiresOn: new Date('2020-01-01T00:00:00Z') })
    await client.setSecret('early', 'value', { notBefore: new Date('2120-01-01T00:00:00Z') })
    for (const name of ['expired', 'early']) expect((await client.getSecret(name)).value).toBe('value')
  })

  it('that was deleted can be recovered, and its name is taken until it is purged', async () => {
    const client = vaultClient(vault.url)
    await client.setSecret('deleted', 'one')
    await client.setSecret('deleted', 'two')
    const deleted = await (await client.beginDeleteSecret('deleted', { intervalInMs: 1 })).pollUntilDone()
    expect(deleted).toMatchObject({
      name: 'deleted',
      properties: { recoveryId: `${vault.url}/deletedsecrets/deleted` },
    })
    const { deletedOn, scheduledPurgeDate } = deleted.properties
    expect(Number(scheduledPurgeDate) - Number(deletedOn)).toBe(90 * 86_400_000)
    await expect(client.getSecret('deleted')).rejects.toEqual(refusal(404, 'SecretNotFound'))
    await expect(client.setSecret('deleted', 'three')).rejects.toEqual(refusal(409, 'Conflict'))
    expect((await all(client.listPropertiesOfSecrets())).map(({ name }) => name)).not.toContain('deleted')
    expect((await all(client.listDeletedSecrets())).map(({ name }) => name)).toEqual(['deleted'])

    await (await client.beginRecoverDeletedSecret('deleted', { intervalInMs: 1 })).pollUntilDone()
    expect((await client.getSecret('deleted')).value).toBe('two')
    expect(await all(client.listPropertiesOfSecretVersions('deleted'))).toHaveLength(2)

    await (await client.beginDeleteSecret('deleted', { intervalInMs: 1 })).pollUntilDone()
    await client.purgeDeletedSecret('deleted')
    expect(await all(client.listDeletedSecrets())).toEqual([])
    await client.setSecret('deleted', 'three')
    expect(await all(client.listPropertiesOfSecretVersions('deleted'))).toHaveLength(1)
  })

  it('that does not exist cannot be read, changed, deleted, recovered or purged', async () => {
    const client = vaultClient(vault.url)
    for (const attempt of [
      client.getSecret('nothing'),
      client.updateSecretProperties('nothing', '0'.repeat(32), { enabled: true }),
      client.beginDeleteSecret('nothing'),
      client.getDeletedSecret('nothing'),
      client.purgeDeletedSecret('nothing'),
    ])
      await expect(attempt).rejects.toEqual(refusal(404, 'SecretNotFound'))
  })
})

describe('lists', () => {
  it('come in pages that the client follows, without values', async () => {
    const client = vaultClient(vault.url)
    for (let index = 0; index < 60; index += 1)
      await client.setSecret(`page-${String(index).padStart(2, '0')}`, 'hidden')
    const listed = (await all(client.listPropertiesOfSecrets())).filter(({ name }) => name.startsWith('page-'))
    expect(listed.map(({ name }) => name)).toEqual(
      Array.from({ length: 60 }, (_, index) => `page-${String(index).padStart(2, '0')}`),
    )
    expect(listed[0]?.version).toBeUndefined()
    expect(JSON.stringify(listed)).not.toContain('hidden')
    const pages = await all(client.listPropertiesOfSecrets().byPage({ maxPageSize: 7 }))
    expect(pages[0]).toHaveLength(7)
  })

  it('of versions come in pages, too', async () => {
    const client = vaultClient(vault.url)
    for (let index = 0; index < 30; index += 1) await client.setSecret('many', String(index))
    const versions = (await all(client.listPropertiesOfSecretVersions('many'))).map(({ version }) => version)
    expect(new Set(versions).size).toBe(30)
  })
})

describe('requests that the vault refuses', () => {
  const send = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
    fetch(`${vault.url}${path}`, { method, headers: { authorization: 'Bearer local', ...headers } })

  it('have no token: they are told where tokens come from', async () => {
    const response = await send('/secrets/x/?api-version=7.5', { authorization: '' })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer authorization="https:\/\/login\.microsoftonline\.com\/[0-9a-f-]{36}", resource="https:\/\/vault\.azure\.net"$/,
    )
    expect(await response.json()).toMatchObject({ error: { code: 'Unauthorized' } })
  })

  it.each([
    ['no version of the API', '/secrets/x'],
    ['an unknown version of the API', '/secrets/x?api-version=2031-01-01'],
    ['a name with other characters', '/secrets/x_y?api-version=7.5'],
    ['pages that are too large', '/secrets?api-version=7.5&maxresults=26'],
  ])('name %s', async (_, path) => {
    const response = await send(path)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'BadParameter' } })
  })

  it('have a value or tags that Azure would not take', async () => {
    const client = vaultClient(vault.url)
    await expect(client.setSecret('large', 'x'.repeat(25_601))).rejects.toEqual(refusal(400, 'BadParameter'))
    const tags = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`t${index}`, '']))
    await expect(client.setSecret('tagged', 'x', { tags })).rejects.toEqual(refusal(400, 'BadParameter'))
  })

  it('come under a foreign host name', async () => {
    const status = await new Promise((resolve, reject) => {
      request(`${vault.url}/secrets/x?api-version=7.5`, {
        headers: { host: 'vault.example', authorization: 'Bearer x' },
      })
        .once('response', (response) => resolve(response.resume().statusCode))
        .once('error', reject)
        .end()
    })
    expect(status).toBe(421)
  })
})

describe('faults', () => {
  it('are failures as the client knows them, of one secret or of all', async () => {
    const client = vaultClient(vault.url)
    await client.setSecret('faulty', 'value')
    await client.setSecret('healthy', 'value')
    await setFaults(vault.url, [{ kind: 'status', status: 403, operation: 'getSecret' }], 'faulty')
    await expect(client.getSecret('faulty')).rejects.toEqual(refusal(403, 'Forbidden'))
    expect((await client.getSecret('healthy')).value).toBe('value')
    await setFaults(vault.url, [{ kind: 'rate-limit', times: 1 }], 'faulty')
    await expect(client.getSecret('faulty')).rejects.toEqual(refusal(429, 'Throttled'))
    expect((await client.getSecret('faulty')).value).toBe('value')
    await setFaults(vault.url, [{ kind: 'reset-connection', times: 1 }], 'faulty')
    await expect(client.getSecret('faulty')).rejects.toThrow()
    await setFaults(vault.url, [{ kind: 'hang', times: 1 }], 'faulty')
    await expect(client.getSecret('faulty', { abortSignal: AbortSignal.timeout(200) })).rejects.toThrow(/abort/i)
    await setFaults(vault.url, [{ kind: 'status', status: 503, times: 2 }], 'faulty')
    expect((await vaultClient(vault.url, 3).getSecret('faulty')).value).toBe('value')
    expect((await countsOf(vault.url))['getSecret']).toBeGreaterThan(6)
  })
})

describe('the folder of the vault', () => {
  const folder = (): string => {
    const path = mkdtempSync(join(tmpdir(), 'key-vault-'))
    onTestFinished(() => rmSync(path, { recursive: true, force: true }))
    return path
  }

  it('keeps secrets over restarts, whatever happened to them', async () => {
    const dataFolder = folder()
    const before = await startKeyVault({ port: 0, dataFolder })
    const client = vaultClient(before.url)
    const { properties } = await client.setSecret('kept', 'one')
    await client.setSecret('kept', 'two', { tags: { a: '1' } })
    await client.updateSecretProperties('kept', properties.version ?? '', { enabled: false })
    for (const name of ['gone', 'purged']) {
      await client.setSecret(name, `value of ${name}`)
      await (await client.beginDeleteSecret(name, { intervalInMs: 1 })).pollUntilDone()
    }
    await client.purgeDeletedSecret('purged')
    await before.close()

    const after = await startKeyVault({ port: 0, dataFolder })
    onTestFinished(() => after.close())
    const again = vaultClient(after.url)
    expect(await again.getSecret('kept')).toMatchObject({ value: 'two', properties: { tags: { a: '1' } } })
    await expect(again.getSecret('kept', { version: properties.version ?? '' })).rejects.toEqual(
      refusal(403, 'Forbidden'),
    )
    expect((await all(again.listDeletedSecrets())).map(({ name }) => name)).toEqual(['gone'])
  })

  it('holds no secret that can be read, and a key that nobody else can read', async () => {
    const dataFolder = folder()
    const running = await startKeyVault({ port: 0, dataFolder })
    await vaultClient(running.url).setSecret('name-of-it', 'value-of-it', { tags: { tag: 'tag-of-it' } })
    await running.close()
    for (const file of readdirSync(dataFolder)) {
      const text = readFileSync(join(dataFolder, file), 'latin1')
      for (const part of ['name-of-it', 'value-of-it', 'tag-of-it']) expect(text).not.toContain(part)
    }
    const key = join(dataFolder, 'key-vault.key')
    expect(statSync(key).mode & 0o777).toBe(0o600)
    chmodSync(key, 0o640)
    await expect(startKeyVault({ port: 0, dataFolder })).rejects.toThrow(`chmod 600 ${key}`)
  })

  it('is not opened when the key is another one, or a line was changed', async () => {
    const dataFolder = folder()
    const running = await startKeyVault({ port: 0, dataFolder })
    await vaultClient(running.url).setSecret('secret', 'value')
    await running.close()
    const [key, journal] = [join(dataFolder, 'key-vault.key'), join(dataFolder, 'key-vault.jsonl')]
    const [goodKey, goodLines] = [readFileSync(key), readFileSync(journal, 'utf8')]
    const bytes = Buffer.from((JSON.parse(goodLines.split('\n')[0] ?? '') as { sealed: string }).sealed, 'base64')
    bytes[40] = (bytes[40] ?? 0) ^ 1
    writeFileSync(key, Buffer.alloc(32, 1))
    await expect(startKeyVault({ port: 0, dataFolder })).rejects.toThrow('Line 1 of key-vault.jsonl')
    writeFileSync(key, goodKey)
    writeFileSync(journal, `${JSON.stringify({ sealed: bytes.toString('base64') })}\n`)
    await expect(startKeyVault({ port: 0, dataFolder })).rejects.toThrow('Line 1 of key-vault.jsonl')
    rmSync(key)
    await expect(startKeyVault({ port: 0, dataFolder })).rejects.toThrow('key-vault.key is gone')
  })
})

it('is given what settings name by the name of a secret, the same at each start', () => {
  const given = withSecrets(vault, { PSA_SERVICE_KEY: 'kv:psa-key', CRM_SERVICE_KEY: 'plain', EMPTY: undefined })
  expect(given).toMatchObject({ CRM_SERVICE_KEY: 'plain', EMPTY: undefined })
  expect(given['PSA_SERVICE_KEY']).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  expect(withSecrets(vault, { PSA_SERVICE_KEY: 'kv:psa-key' })).toEqual({ PSA_SERVICE_KEY: given['PSA_SERVICE_KEY'] })
})
