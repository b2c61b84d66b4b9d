import { describe, expect, it } from 'vitest'
import { allOfType, appOf, ofType, snapshotOf, suite } from './snapshot.ts'

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

  it('has a firewall that refuses, on every address', () => {
    const [policy] = allOfType(snapshot, 'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies')
    expect(policy?.properties).toMatchObject({ policySettings: { enabledState: 'Enabled', mode: 'Prevention' } })
    const [security] = allOfType(snapshot, 'Microsoft.Cdn/profiles/securityPolicies')
    const { parameters } = (security ?? { properties: {} }).properties as {
      parameters: { wafPolicy: { id: string }; associations: { domains: { id: string }[] }[] }
    }
    expect(parameters.wafPolicy.id).toBe(policy?.id)
    const addresses = [
      ...allOfType(snapshot, 'Microsoft.Cdn/profiles/afdEndpoints'),
      ...ofType(snapshot, 'Microsoft.Cdn/profiles/customDomains'),
    ].map(({ id }) => id)
    expect(parameters.associations.flatMap(({ domains }) => domains.map(({ id }) => id)).sort()).toEqual(
      addresses.sort(),
    )
    expect(addresses.length).toBeGreaterThanOrEqual(3)
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
})
