import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Order, provideSecrets, wantedSecrets } from '../../deploy/first-secrets.ts'
import { type RunningKeyVault, startKeyVault } from '../../local/key-vault/key-vault.ts'
import { type Vault, createVault } from '../../shared/secrets/vault.ts'

let running: RunningKeyVault
let vault: Vault
beforeEach(async () => {
  running = await startKeyVault({ port: 0 })
  vault = createVault(running.url)
})
afterEach(() => running.close())

const looking: Order = { given: {}, generate: false, replace: false }
const random = (): string => randomBytes(32).toString('base64')

const provide = async (order: Partial<Order>): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await provideSecrets(vault, { ...looking, ...order })).map(({ name, state }) => [name, state]))
const versionsOf = async (name: string): Promise<number> => {
  const found = await vault.versions(name).catch(() => [])
  return found.length
}

describe('the first secrets', () => {
  it('are all that the settings of the suite lead to, and the key that wraps others', () => {
    expect(wantedSecrets).toEqual(
      expect.arrayContaining([
        { name: 'hub-service-key', setting: 'HUB_SERVICE_KEY', isOptional: false, isOwn: false },
        { name: 'portal-sso-secret-previous', setting: 'PORTAL_SSO_SECRET_PREVIOUS', isOptional: true, isOwn: false },
        { name: 'audit-signing-key', setting: 'AUDIT_SIGNING_KEY', isOptional: false, isOwn: true },
        { name: 'row-wrapping-key', setting: undefined, isOptional: false, isOwn: true },
      ]),
    )
  })

  it('are only looked at unless something else is asked for', async () => {
    expect(await provide({})).toMatchObject({ 'audit-signing-key': 'missing', 'psa-registration-key': 'not set' })
    expect(await versionsOf('audit-signing-key')).toBe(0)
  })

  it('are generated where nobody else has to know them, each another one, and only once', async () => {
    expect(await provide({ generate: true })).toMatchObject({
      'audit-signing-key': 'generated',
      'row-wrapping-key': 'generated',
      'hub-service-key': 'missing',
    })
    const [audit, wrapping] = [await vault.get('audit-signing-key'), await vault.get('row-wrapping-key')]
    expect(Buffer.from(wrapping.value, 'base64')).toHaveLength(32)
    expect(audit.value).not.toBe(wrapping.value)
    expect(await provide({ generate: true })).toMatchObject({ 'row-wrapping-key': 'there' })
    expect(await vault.get('row-wrapping-key')).toEqual(wrapping)
  })

  it('are set as they were given', async () => {
    const given = { 'hub-service-key': random(), 'portal-sso-secret': random() }
    expect(await provide({ given })).toMatchObject({ 'hub-service-key': 'set', 'portal-sso-secret': 'set' })
    expect((await vault.get('hub-service-key')).value).toBe(given['hub-service-key'])
  })

  it('are not set over one that is there, unless it is to be replaced', async () => {
    await vault.set('hub-service-key', random())
    const given = { 'hub-service-key': random(), 'portal-sso-secret': random() }
    await expect(provide({ given })).rejects.toThrow('hub-service-key: It is there already.')
    expect(await versionsOf('portal-sso-secret')).toBe(0)
    expect(await provide({ given, replace: true })).toMatchObject({ 'hub-service-key': 'set' })
    expect(await versionsOf('hub-service-key')).toBe(2)
  })

  it.each([
    { name: 'hub-service-kay', value: random(), fault: 'no such secret' },
    { name: 'portal-sso-secret', value: 'short-one', fault: '32 bytes' },
    { name: 'portal-sso-secret', value: 'correct horse battery staple, again and again', fault: 'must be generated' },
    { name: 'psa-service-key', value: `${random()}\n`, fault: 'white space' },
    { name: 'row-wrapping-key', value: 'AAAA', fault: '32 random bytes' },
  ])('are all refused when $name is unfit ($fault), and the value is not told', async ({ name, value, fault }) => {
    const given = { 'hub-service-key': random(), [name]: value }
    const refusal = await provide({ given }).then(
      () => '',
      (error: unknown) => (error as Error).message,
    )
    expect(refusal).toContain(`${name}: `)
    expect(refusal).toContain(fault)
    expect(refusal).not.toContain(value.trim())
    expect(await versionsOf('hub-service-key')).toBe(0)
  })

  it('are not taken for missing when the vault does not answer', async () => {
    const { url } = running
    await running.close()
    await expect(provideSecrets(createVault(url), { ...looking, generate: true })).rejects.toThrow()
    running = await startKeyVault({ port: 0 })
  })
})
