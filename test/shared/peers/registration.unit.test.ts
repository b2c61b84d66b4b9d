// Key registration, between its client and the stand-in of PSA.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../../../shared/auth/digest.ts'
import { newKey } from '../../../shared/auth/key-form.ts'
import { start } from '../../../shared/peers/psa/stand-in/stand-in.ts'
import { createRegistrationClient } from '../../../shared/peers/registration/client.ts'
import type { RunningStandIn } from '../../../local/stand-ins/stand-in.ts'

const credential = 'zY8xW6vU4tS2rQ1pO3nM5lK7'
const settingKey = 'aB3dE5fG7hJ9kL1mN2pQ4rS6'
const expiresAfter = new Date(Date.now() + 86_400_000).toISOString()
let psa: RunningStandIn
beforeAll(async () => {
  psa = await start({ port: 0, keys: [settingKey], registrationKeys: [credential] })
})
afterAll(() => psa.close())

const clientWith = (key: string) => createRegistrationClient({ peer: 'psa', baseUrl: psa.url, key: () => key })
const isTaken = async (tenantId: string, key: string): Promise<boolean> =>
  (await fetch(`${psa.url}/v1/health`, { headers: { 'x-integration-key': key, 'x-tenant-id': tenantId } })).ok

describe('a product that verifies a key', () => {
  const { keyId, key } = newKey('local')
  const registration = { use: 'verify', keyHash: sha256(key), expiresAfter } as const

  it('takes it for its tenant alone, says when it was seen, and refuses it once it is retired, for good', async () => {
    const client = clientWith(credential)
    expect(await isTaken('a', key)).toBe(false)
    await client.registerKey('a', keyId, registration)
    await client.registerKey('a', keyId, registration)
    expect(await client.listKeys('a')).toEqual([expect.not.objectContaining({ lastSeenAt: expect.anything() })])
    expect([await isTaken('a', key), await isTaken('b', key), await isTaken('a', settingKey)]).toEqual([
      true,
      false,
      true,
    ])
    expect(await client.tryKey('a', key)).toBe(keyId)
    expect(await client.listKeys('a')).toMatchObject([{ keyId, lastSeenAt: expect.any(String) }])
    await client.retireKey('a', keyId)
    await client.retireKey('a', keyId)
    expect(await isTaken('a', key)).toBe(false)
    await expect(client.registerKey('a', keyId, registration)).rejects.toMatchObject({ code: 'peer-rejected' })
    await client.retireKey('a', newKey('local').keyId)
  })

  it('lets nobody register with a key that is for calls', async () => {
    const other = newKey('local')
    await clientWith(credential).registerKey('c', other.keyId, { ...registration, keyHash: sha256(other.key) })
    for (const wrong of [settingKey, other.key])
      await expect(clientWith(wrong).registerKey('c', newKey('local').keyId, registration)).rejects.toMatchObject({
        code: 'peer-unauthorized',
      })
    expect(await isTaken('c', credential)).toBe(false)
  })
})

describe('a product that calls with a key', () => {
  const control = async (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${psa.url}/_control/${path}?tenantId=d`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
  const calling = async () =>
    ((await (await control('GET', 'integration-keys')).json()) as { calling: unknown }).calling

  it('is handed it whole, and takes it up at once, late or never, as it is told', async () => {
    const client = clientWith(credential)
    const [first, second, third] = [newKey('local'), newKey('local'), newKey('local')]
    const deliver = ({ keyId, key }: { keyId: string; key: string }) =>
      client.registerKey('d', keyId, { use: 'call', key, expiresAfter })
    await deliver(first)
    expect(await calling()).toEqual(first)
    await deliver(second)
    expect(await calling()).toEqual(second)
    await control('PUT', 'adoption', { adoption: 'late' })
    await deliver(third)
    expect(await calling()).toEqual(second)
    await control('POST', 'adoption')
    expect(await calling()).toEqual(third)
    // With a key of ours for calls to us nobody gets in there.
    expect(await isTaken('d', third.key)).toBe(false)
  })
})
