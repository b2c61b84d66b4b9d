import { randomUUID } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import type { Scope } from '../../../shared/auth/caller.ts'
import { createIntegrationKey, integrationKeyTable } from '../../../shared/auth/integration-key.ts'
import { createKeyVerifier } from '../../../shared/auth/key-verifier.ts'
import { createSessionCutoffs } from '../../../shared/auth/session-cutoff.ts'
import { createStore } from '../../../shared/store/store.ts'
import { type Client, newClient, newTenantId } from '../../support/browser-client.ts'
import { eventually } from '../../support/eventually.ts'
import { vulnerability } from '../../support/findings.ts'
import { expectProblem, keyRefusal, needsScope, problemOf } from '../../support/problem.ts'
import { psaControl } from '../../support/psa-control.ts'
import { storedText } from '../../support/stored-text.ts'
import { startTicketing } from '../../support/ticketing.ts'

const { urls, settings } = inject('stack')
const connectionString = settings['DATA_STORAGE'] ?? ''
const store = createStore({ connectionString })
const keys = store.open(integrationKeyTable).key

const both: readonly Scope[] = ['code:tickets:read', 'code:tickets:write']
const newKey = (given: { tenantId?: string; scopes?: readonly Scope[]; now?: Date } = {}): Promise<string> =>
  createIntegrationKey(store, {
    environment: 'test',
    tenantId: newTenantId(),
    integration: 'code→psa',
    scopes: both,
    now: new Date(),
    ...given,
  })
const keyIdOf = (key: string): string => key.split('_')[2] ?? ''

const caller = (key: string, headers: Record<string, string> = {}): Client =>
  newClient(urls, { 'x-integration-key': key, ...headers })
const list = (client: Client): Promise<Response> => client.fetch('/api/code/tickets')

/** As the key's form is described: six base-62 digits of the CRC-32 over what stands before. */
const withChecksum = (body: string): string => {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let [rest, text] = [crc32(body), '']
  for (let count = 0; count < 6; count++) {
    text = `${digits[rest % 62]}${text}`
    rest = Math.floor(rest / 62)
  }
  return `${body}${text}`
}

describe('an integration key', () => {
  it('has its form and opens what its scopes name', async () => {
    const key = await newKey()
    expect(key).toMatch(/^tik_test_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/)
    expect(withChecksum(key.slice(0, -6))).toBe(key)
    expect((await list(caller(key))).status).toBe(200)
  })

  it('is refused when it is mistyped, before anything is looked up', async () => {
    const key = await newKey()
    // Two that are alike next to each other make no difference when they change places.
    const swapped = key[30] === key[31] ? `${key}x` : `${key.slice(0, 30)}${key[31]}${key[30]}${key.slice(32)}`
    for (const wrong of [
      '',
      'x',
      key.slice(0, -1),
      `${key}0`,
      key.toLowerCase(),
      ` ${key} x`,
      `Bearer ${key}`,
      key.replace('tik_test', 'tik_live'),
      swapped,
      `"${key}"`,
      `${key},${key}`,
      key.replaceAll('_', '-'),
    ])
      await expectProblem(await list(caller(wrong)), keyRefusal)
    const nowhere = createKeyVerifier(
      createStore({ connectionString: connectionString.replaceAll(/:\d+\/devstore/g, ':9/devstore') }),
    )
    await expect(nowhere(swapped, new Date())).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('is refused when its id is unknown, and when its secret is another', async () => {
    const [key, other] = [await newKey(), await newKey()]
    const secretOf = (text: string): string => text.split('_')[3]?.slice(0, 43) ?? ''
    await expectProblem(await list(caller(withChecksum(`tik_test_${keyIdOf(key)}_${secretOf(other)}`))), keyRefusal)
    await expectProblem(await list(caller(withChecksum(`tik_test_${'0'.repeat(12)}_${secretOf(other)}`))), keyRefusal)
    expect((await list(caller(key))).status).toBe(200)
  })

  it('is refused when it is one with which we call a product, whatever it could open', async () => {
    const key = await newKey()
    await keys.modify({ keyId: keyIdOf(key) }, (row) => {
      if (!row) throw new Error('The key is gone.')
      return { ...row, peer: 'psa' }
    })
    await expectProblem(await list(caller(key)), keyRefusal)
  })

  it('is refused five seconds after it was revoked, at the latest', async () => {
    const key = await newKey()
    expect((await list(caller(key))).status).toBe(200)
    await keys.modify({ keyId: keyIdOf(key) }, (current) => {
      if (!current) throw new Error('The key is gone.')
      return { ...current, revoked: { at: new Date().toISOString(), by: 'user:someone' } }
    })
    await eventually(
      async () => (await list(caller(key))).status,
      (status) => status === 401,
      6_000,
    )
    await expectProblem(await list(caller(key)), keyRefusal)
  })

  it('is refused from its ninetieth day on', async () => {
    const day = 86_400_000
    await expectProblem(await list(caller(await newKey({ now: new Date(Date.now() - 90 * day) }))), keyRefusal)
    expect((await list(caller(await newKey({ now: new Date(Date.now() - 90 * day + 60_000) })))).status).toBe(200)
    const made = new Date()
    const key = await newKey({ now: made })
    const verify = createKeyVerifier(store)
    await expect(verify(key, new Date(made.getTime() + 90 * day - 1))).resolves.toMatchObject({ keyId: keyIdOf(key) })
    await expect(verify(key, new Date(made.getTime() + 90 * day))).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('sees and files the tickets of its own tenant, whatever else it is told', async () => {
    const [one, other] = [newTenantId(), newTenantId()]
    const finding = vulnerability()
    for (const tenantId of [one, other]) {
      const client = caller(await newKey({ tenantId }), { 'x-tenant-id': one, 'x-ms-client-principal-id': one })
      expect((await client.send('POST', '/api/code/tickets', { ...finding, findingId: tenantId })).status).toBe(201)
      const { tickets } = (await (await list(client)).json()) as {
        tickets: readonly { findings: readonly unknown[] }[]
      }
      expect(tickets.map(({ findings }) => findings)).toEqual([[{ findingId: tenantId, severity: finding.severity }]])
      const strange = await client.fetch(`/api/code/tickets?findingId=${tenantId === one ? other : one}`)
      expect(await strange.json()).toEqual({ tickets: [], psaAvailable: true })
      expect(await psaControl(urls.psa, tenantId).tickets()).toHaveLength(1)
    }
  })

  it('sees its own tickets only, also with the cursor of another tenant', async () => {
    const tenantId = newTenantId()
    const client = caller(await newKey({ tenantId }))
    for (let count = 0; count < 2; count++)
      expect((await client.send('POST', '/api/code/tickets', vulnerability())).status).toBe(201)
    const { nextCursor = '' } = (await (await client.fetch('/api/code/tickets?limit=1')).json()) as {
      nextCursor?: string
    }
    expect(nextCursor).not.toBe('')
    expect((await client.fetch(`/api/code/tickets?limit=1&cursor=${encodeURIComponent(nextCursor)}`)).status).toBe(200)
    const stranger = newTenantId()
    const strange = caller(await newKey({ tenantId: stranger }))
    const filed = await strange.send('POST', '/api/code/tickets', vulnerability({ findingId: stranger }))
    expect(filed.status).toBe(201)
    const page = await strange.fetch(`/api/code/tickets?limit=100&cursor=${encodeURIComponent(nextCursor)}`)
    const { tickets } = z
      .object({ tickets: z.array(z.object({ findings: z.tuple([z.object({ findingId: z.string() })]) })) })
      .parse(await page.json())
    expect(tickets.filter(({ findings: [{ findingId }] }) => findingId !== stranger)).toEqual([])
  })

  it('counts alone when a session comes with it', async () => {
    const technician = await startTicketing({ urls, settings })
    await technician.file(vulnerability())
    const cookie = `code_session=${technician.client.cookies.get('code_session') ?? ''}`
    const reader = caller(await newKey({ scopes: ['code:tickets:read'] }), { cookie })
    expect(await (await list(reader)).json()).toEqual({ tickets: [], psaAvailable: true })
    await expectProblem(
      await reader.send('POST', '/api/code/tickets', vulnerability()),
      needsScope('code:tickets:write'),
    )
    await expectProblem(
      await reader.fetch('/api/code/session'),
      problemOf('forbidden', 'This cannot be called with an integration key.'),
    )
    await expectProblem(await list(caller('', { cookie })), keyRefusal)
    await expectProblem(await list(caller('x', { cookie })), keyRefusal)
    expect((await technician.list()).tickets).toHaveLength(1)
  })

  it('is known by its hash alone: neither it nor its secret is stored', async () => {
    const marker = `tenant-${randomUUID()}`
    const key = await newKey({ tenantId: marker })
    expect((await list(caller(key))).status).toBe(200)
    const stored = await storedText(connectionString)
    expect(stored).toContain(marker)
    expect(stored).not.toContain(key)
    expect(stored).not.toContain(key.slice(-49))
    expect(stored).not.toContain(key.slice(-49, -6))
  })
})

describe('the key of a person', () => {
  it('ends with the access with which it was made, also when that end is heard of after it was made', async () => {
    const [tenantId, userId] = [newTenantId(), randomUUID()]
    const at = (minutes: number): Date => new Date(Date.parse('2026-11-28T10:00:00Z') + minutes * 60_000)
    const made = (since: Date): Promise<string> =>
      createIntegrationKey(store, {
        environment: 'test',
        tenantId,
        integration: 'person→ai',
        holder: { userId, role: 'admin', since: since.toISOString() },
        scopes: ['governance:incidents:write'],
        now: at(20),
      })
    const [before, after] = [await made(at(0)), await made(at(15))]
    // The access ended at ten past, and was another from then on; both keys were made at twenty past.
    await createSessionCutoffs(store).cutOffUser({ tenantId, userId }, { notBefore: at(10) })
    const verify = createKeyVerifier(store)
    await expect(verify(before, at(30))).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await verify(after, at(30))).toMatchObject({ tenantId })
  })
})
