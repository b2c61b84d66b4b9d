import { describe, expect, it } from 'vitest'
import { type Snapshot, allOfType, appOf, ofType, parametersOf, snapshotOf, suite } from './snapshot.ts'

type ManagedRules = { readonly ruleSetType: string; readonly exclusions?: readonly object[] }

/** Which policy guards which addresses. */
const guardedBy = (
  snapshot: Snapshot,
): readonly {
  readonly policy: string
  readonly domains: readonly string[]
  readonly patterns: readonly (readonly string[])[]
}[] =>
  allOfType(snapshot, 'Microsoft.Cdn/profiles/securityPolicies').map(({ properties }) => {
    const { wafPolicy, associations } = properties['parameters'] as {
      wafPolicy: { id: string }
      associations: readonly { domains: readonly { id: string }[]; patternsToMatch: readonly string[] }[]
    }
    return {
      policy: wafPolicy.id,
      domains: associations.flatMap(({ domains }) => domains.map(({ id }) => id)),
      patterns: associations.map(({ patternsToMatch }) => patternsToMatch),
    }
  })

describe.each(['test', 'production'] as const)('Front Door of %s', (stage) => {
  const snapshot = snapshotOf(stage)

  it('is the only way to every app: its own id and its addresses are asked for', () => {
    for (const { name, properties } of allOfType(snapshot, 'Microsoft.Web/sites')) {
      const site = properties['siteConfig'] as Record<string, unknown>
      expect({ name, otherwise: site['ipSecurityRestrictionsDefaultAction'] }).toEqual({ name, otherwise: 'Deny' })
      expect(site['ipSecurityRestrictions']).toEqual([
        expect.objectContaining({
          action: 'Allow',
          tag: 'ServiceTag',
          ipAddress: 'AzureFrontDoor.Backend',
          headers: { 'x-azure-fdid': [expect.stringMatching(/Microsoft\.Cdn\/profiles\/afd-.*frontDoorId\]$/)] },
        }),
      ])
    }
  })

  it('leads to each app what begins with its place', () => {
    const routes = allOfType(snapshot, 'Microsoft.Cdn/profiles/afdEndpoints/routes').map(({ name, properties }) => {
      const [, endpoint = '', app] = name.split('/')
      const group = (properties['originGroup'] as { id: string }).id.split('/').at(-1)
      return { app, product: endpoint.split('-')[0], patterns: properties['patternsToMatch'], group }
    })
    const expected = suite.apps.map(({ name, product, place }) => ({
      app: name,
      product,
      patterns: [`/api/${place}/*`],
      group: name,
    }))
    const byApp = (one: { app?: string | undefined }, other: { app?: string | undefined }) =>
      (one.app ?? '') < (other.app ?? '') ? -1 : 1
    expect(routes.sort(byApp)).toEqual(expected.sort(byApp))
    const origins = allOfType(snapshot, 'Microsoft.Cdn/profiles/originGroups/origins')
    for (const { name, properties } of origins) {
      const host = String(properties['hostName'])
      expect(appOf(host)).toBe(name.split('/').at(-1))
      expect(properties).toMatchObject({ originHostHeader: host, enforceCertificateNameCheck: true })
    }
  })

  it('waits for an answer as long as Azure lets an app work on it, which is 230 s', () => {
    for (const { properties } of allOfType(snapshot, 'Microsoft.Cdn/profiles'))
      expect(properties['originResponseTimeoutSeconds']).toBe(240)
  })

  it('leads there from the name that a product has of its own, too', () => {
    const own = new Map(
      ofType(snapshot, 'Microsoft.Cdn/profiles/customDomains').map(({ id, properties }) => [
        String(properties['hostName']),
        id,
      ]),
    )
    const [, words = ''] = /^param hostNames = \{(.*)\}$/m.exec(parametersOf(stage)) ?? []
    const names = new Map(
      [...words.matchAll(/(\w+): '([^']+)'/g)].map(([, product = '', name = '']) => [product, name]),
    )
    expect([...own.keys()].sort()).toEqual([...names.values()].sort())
    for (const { name, properties } of allOfType(snapshot, 'Microsoft.Cdn/profiles/afdEndpoints/routes')) {
      const product = suite.apps.find((app) => app.name === name.split('/').at(-1))?.product ?? ''
      const expected = names.has(product) ? [{ id: own.get(names.get(product) ?? '') }] : []
      expect({ name, domains: properties['customDomains'] }).toEqual({ name, domains: expected })
    }
  })

  it('has a firewall that refuses, on every address', () => {
    const policies = allOfType(snapshot, 'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies')
    for (const { properties } of policies)
      expect(properties).toMatchObject({
        policySettings: { enabledState: 'Enabled', mode: 'Prevention', requestBodyCheck: 'Enabled' },
        customRules: {
          rules: [
            {
              ruleType: 'RateLimitRule',
              action: 'Block',
              rateLimitDurationInMinutes: 1,
              rateLimitThreshold: 6_000,
              matchConditions: [{ matchVariable: 'RequestUri', operator: 'Contains', matchValue: ['/api/'] }],
            },
          ],
        },
      })
    const guarded = guardedBy(snapshot)
    for (const { patterns } of guarded) expect(patterns).toEqual([['/*']])
    expect(guarded.map(({ policy }) => policy).sort()).toEqual(policies.map(({ id }) => id).sort())
    const addresses = [
      ...allOfType(snapshot, 'Microsoft.Cdn/profiles/afdEndpoints'),
      ...ofType(snapshot, 'Microsoft.Cdn/profiles/customDomains'),
    ].map(({ id }) => id)
    expect(guarded.flatMap(({ domains }) => domains).sort()).toEqual(addresses.sort())
    expect(addresses.length).toBeGreaterThanOrEqual(3)
  })

  it('lets texts quote SQL and HTML where people send texts and code, in the values of JSON bodies alone', () => {
    const isPremium = stage === 'production'
    const policies = allOfType(snapshot, 'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies')
    const managed = new Map(
      policies.map(({ id, properties }) => {
        const { managedRuleSets } = properties['managedRules'] as { managedRuleSets: readonly ManagedRules[] }
        return [id, managedRuleSets] as const
      }),
    )
    for (const { policy, domains } of guardedBy(snapshot))
      for (const domain of domains) {
        const product = /(?:afdEndpoints\/|customDomains\/)(\w+)/.exec(domain)?.[1] ?? ''
        const isOfTexts = product !== 'hub'
        expect({ domain, rules: managed.get(policy) }).toEqual({
          domain,
          rules: isPremium
            ? [
                expect.objectContaining({
                  ruleSetType: 'Microsoft_DefaultRuleSet',
                  ruleSetAction: 'Block',
                  exclusions: isOfTexts
                    ? [{ matchVariable: 'RequestBodyJsonArgNames', selectorMatchOperator: 'EqualsAny', selector: '*' }]
                    : [],
                }),
                { ruleSetType: 'Microsoft_BotManagerRuleSet', ruleSetVersion: '1.1' },
              ]
            : [],
        })
      }
  })

  it('is how the smoke test and the gateway are reached, by names that answer before any record is set', () => {
    const hosts = String(snapshot.outputs['serviceHostNames'])
    const [, ...parts] = hosts.split(/'(theone\w+-\w+)', /)
    const asked = Object.fromEntries(suite.apps.map(({ name }) => [name, parts[parts.indexOf(name) + 1] ?? '']))
    for (const { name, product } of suite.apps)
      expect({ name, asked: asked[name] }).toEqual({
        name,
        asked: expect.stringMatching(
          new RegExp(`^reference\\('[^']*/afdEndpoints/${product}-[\\w-]+', '[\\d-]+'\\)\\.hostName`),
        ) as unknown,
      })
    for (const { properties } of allOfType(snapshot, 'Microsoft.Web/sites/config'))
      if ('AI_GATEWAY_URL' in properties)
        expect(properties['AI_GATEWAY_URL']).toMatch(
          /^\[format\('https:\/\/\{0\}\/api', reference\('[^']*\/afdEndpoints\/ai-[\w-]+', '[\d-]+'\)\.hostName\)\]$/,
        )
    for (const { properties } of allOfType(snapshot, 'Microsoft.Cdn/profiles/afdEndpoints/routes'))
      expect(properties['linkToDefaultDomain']).toBe('Enabled')
  })

  it('is the one proxy whose word about callers counts', () => {
    for (const { name, properties } of allOfType(snapshot, 'Microsoft.Web/sites/config'))
      expect({ name, proxies: properties['TRUSTED_PROXY_COUNT'] }).toEqual({ name, proxies: '1' })
  })
})

describe('an environment without Front Door', () => {
  it('believes nobody about where a caller is', () => {
    for (const { properties } of allOfType(snapshotOf('dev'), 'Microsoft.Web/sites/config'))
      expect(properties['TRUSTED_PROXY_COUNT']).toBe('0')
  })

  it('is asked at the apps themselves', () => {
    const dev = snapshotOf('dev')
    const hosts = JSON.stringify(dev.outputs['serviceHostNames'])
    for (const { name } of allOfType(dev, 'Microsoft.Web/sites')) expect(hosts).toContain(`${name}.azurewebsites.net`)
    const gateway = allOfType(dev, 'Microsoft.Web/sites/config').flatMap(({ properties }) =>
      'AI_GATEWAY_URL' in properties ? [properties['AI_GATEWAY_URL']] : [],
    )
    expect(gateway).toEqual([expect.stringMatching(/^https:\/\/func-theoneai-api-\w+\.azurewebsites\.net\/api$/)])
  })
})
