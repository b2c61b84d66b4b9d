// That whoever runs the commands for data is given the settings and the roles that these need.
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../shared/config/config.ts'
import { allOfType, snapshotOf, snapshots, valuesOf } from './snapshot.ts'

/** The values that Azure makes of the output, which is an expression. */
const given = (outputs: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> => {
  const expression = String(outputs['dataCommandSettings'])
    .replaceAll('environment().suffixes.storage', "'core.windows.net'")
    .replaceAll('environment().suffixes.keyvaultDns', "'.vault.azure.net'")
    .replaceAll(/format\('([^']*)'((?:, '[^']*')*)\)/g, (_, form: string, args: string) => {
      const values = [...args.matchAll(/'([^']*)'/g)].map(([, value = '']) => value)
      return `'${form.replaceAll(/\{(\d)\}/g, (_match, index: string) => values[Number(index)] ?? '')}'`
    })
  const texts = [...expression.matchAll(/'([^']*)'/g)].map(([, text = '']) => text)
  return Object.fromEntries(texts.flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1] ?? '']] : [])))
}

/** What data-rights.ts and audit-verify.ts ask the settings for, by the services that they use. */
const needed = [
  'DATA_STORAGE',
  'KEY_VAULT',
  'TENANT_VAULT',
  'HUB_API_URL',
  'HUB_SERVICE_KEY',
  'AUDIT_SIGNING_KEY',
] as const

describe.each(snapshots)('the commands for data, with what $stage says', ({ outputs }) => {
  it('have the settings that they need, and no secret', () => {
    const settings = given(outputs)
    expect(Object.keys(settings).sort()).toEqual([...needed].sort())
    expect(() => loadConfig(settings).require(...needed)).not.toThrow()
    expect(settings).toMatchObject({ HUB_SERVICE_KEY: 'kv:hub-service-key', AUDIT_SIGNING_KEY: 'kv:audit-signing-key' })
  })
})

describe('whoever runs them in production', () => {
  const production = snapshotOf('production')
  const officers = valuesOf('production', 'dataOfficerIds')
  const roles = allOfType(production, 'Microsoft.Authorization/roleAssignments').filter(({ properties }) =>
    officers.includes(String(properties['principalId'])),
  )

  it('may read each secret that they read, in the vault that they are told', () => {
    const read = roles.flatMap(({ id }) => /\/vaults\/([\w-]+)\/secrets\/([\w-]+)\//.exec(id)?.slice(1).join('/') ?? [])
    const { KEY_VAULT = '', ...settings } = given(production.outputs)
    const vault = new URL(KEY_VAULT).hostname.split('.')[0]
    const told = Object.values(settings).flatMap((value) => /^kv:(.+)$/.exec(value)?.[1] ?? [])
    expect([...new Set(read)].sort()).toEqual(told.map((secret) => `${vault}/${secret}`).sort())
  })

  it('is a group, and may work on the tables and purge in the vault of organizations, which has no other user of that role', () => {
    expect(officers.length).toBeGreaterThan(0)
    expect(roles).toHaveLength(4 * officers.length)
    for (const { properties } of roles) expect(properties['principalType']).toBe('Group')
    const purging = allOfType(production, 'Microsoft.Authorization/roleDefinitions').find(({ properties }) =>
      String(properties['roleName']).endsWith('purges keys'),
    )
    const purgers = allOfType(production, 'Microsoft.Authorization/roleAssignments').filter(({ properties }) =>
      String(properties['roleDefinitionId']).endsWith(purging?.name ?? 'nobody'),
    )
    expect(purgers.map(({ properties }) => properties['principalId'])).toEqual(officers)
  })
})
