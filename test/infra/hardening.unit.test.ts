import { describe, expect, it } from 'vitest'
import { type Resource, allOfType, appOf, ofType, snapshots, suite } from './snapshot.ts'

const named = (resources: readonly Resource[], pick: (properties: Resource['properties']) => unknown) =>
  Object.fromEntries(resources.map(({ name, properties }) => [name, pick(properties)]))

const every = (resources: readonly Resource[], expected: unknown) =>
  Object.fromEntries(resources.map(({ name }) => [name, expected]))

/** They cannot have tags. */
const untagged =
  /^Microsoft\.(?:Authorization\/role(?:Assignments|Definitions)|Consumption\/budgets|Insights\/diagnosticSettings|Web\/sites\/\w+|CognitiveServices\/accounts\/deployments|DurableTask\/schedulers\/taskHubs|ServiceBus\/namespaces\/.+|Storage\/storageAccounts\/.+|Network\/privateEndpoints\/privateDnsZoneGroups|Cdn\/profiles\/(?:originGroups|customDomains|securityPolicies|afdEndpoints\/routes).*)$/

describe.each(snapshots)('the resources of $stage', (snapshot) => {
  it('take no keys, only identities', () => {
    const { storage, messaging, logs } = {
      storage: allOfType(snapshot, 'Microsoft.Storage/storageAccounts'),
      messaging: allOfType(snapshot, 'Microsoft.ServiceBus/namespaces'),
      logs: allOfType(snapshot, 'Microsoft.Insights/components'),
    }
    expect(named(storage, ({ allowSharedKeyAccess }) => allowSharedKeyAccess)).toEqual(every(storage, false))
    expect(named(messaging, ({ disableLocalAuth }) => disableLocalAuth)).toEqual(every(messaging, true))
    expect(named(logs, ({ DisableLocalAuth }) => DisableLocalAuth)).toEqual(every(logs, true))
    const workspaces = allOfType(snapshot, 'Microsoft.OperationalInsights/workspaces')
    expect(named(workspaces, ({ features }) => (features as { disableLocalAuth?: boolean }).disableLocalAuth)).toEqual(
      every(workspaces, true),
    )
    const models = ofType(snapshot, 'Microsoft.CognitiveServices/accounts')
    expect(named(models, ({ disableLocalAuth }) => disableLocalAuth)).toEqual(every(models, true))
    expect(models).toHaveLength(snapshot.stage === 'dev' ? 0 : 1)
  })

  it('show no blob to the public', () => {
    const accounts = allOfType(snapshot, 'Microsoft.Storage/storageAccounts')
    expect(named(accounts, ({ allowBlobPublicAccess }) => allowBlobPublicAccess)).toEqual(every(accounts, false))
    const containers = allOfType(snapshot, 'Microsoft.Storage/storageAccounts/blobServices/containers')
    expect(named(containers, ({ publicAccess }) => publicAccess)).toEqual(every(containers, 'None'))
  })

  it('speak TLS 1.2 or later, and https alone', () => {
    const accounts = allOfType(snapshot, 'Microsoft.Storage/storageAccounts')
    expect(
      named(accounts, ({ minimumTlsVersion, supportsHttpsTrafficOnly }) => [
        minimumTlsVersion,
        supportsHttpsTrafficOnly,
      ]),
    ).toEqual(every(accounts, ['TLS1_2', true]))
    const messaging = allOfType(snapshot, 'Microsoft.ServiceBus/namespaces')
    expect(named(messaging, ({ minimumTlsVersion }) => minimumTlsVersion)).toEqual(every(messaging, '1.2'))
    const sites = allOfType(snapshot, 'Microsoft.Web/sites')
    const tls = ({ httpsOnly, siteConfig }: Resource['properties']) => {
      const { minTlsVersion, scmMinTlsVersion } = siteConfig as Record<string, unknown>
      return { httpsOnly, minTlsVersion, scmMinTlsVersion }
    }
    expect(named(sites, tls)).toEqual(every(sites, { httpsOnly: true, minTlsVersion: '1.2', scmMinTlsVersion: '1.2' }))
    for (const { properties } of ofType(snapshot, 'Microsoft.Cdn/profiles/customDomains'))
      expect(properties['tlsSettings']).toEqual({ certificateType: 'ManagedCertificate', minimumTlsVersion: 'TLS12' })
    for (const { properties } of ofType(snapshot, 'Microsoft.Cdn/profiles/afdEndpoints/routes'))
      expect([properties['supportedProtocols'], properties['forwardingProtocol']]).toEqual([['Https'], 'HttpsOnly'])
  })

  it('are deployed to with identities, by neither FTP nor passwords', () => {
    const sites = allOfType(snapshot, 'Microsoft.Web/sites')
    expect(named(sites, ({ siteConfig }) => (siteConfig as { ftpsState?: string }).ftpsState)).toEqual(
      every(sites, 'Disabled'),
    )
    const policies = allOfType(snapshot, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies')
    expect(policies.map(({ name }) => name).sort()).toEqual(
      sites.flatMap(({ name }) => [`${name}/ftp`, `${name}/scm`]).sort(),
    )
    expect(named(policies, ({ allow }) => allow)).toEqual(every(policies, false))
    for (const { name, properties } of sites) {
      const { deployment } = properties['functionAppConfig'] as { deployment: { storage: Record<string, unknown> } }
      expect({ name, how: (deployment.storage['authentication'] as { type: string }).type }).toEqual({
        name,
        how: 'UserAssignedIdentity',
      })
    }
  })

  it('let no debugger in, and no page of another origin', () => {
    const sites = allOfType(snapshot, 'Microsoft.Web/sites')
    const opened = ({ siteConfig }: Resource['properties']) => {
      const { remoteDebuggingEnabled, cors } = siteConfig as Record<string, unknown>
      return { remoteDebuggingEnabled, cors }
    }
    expect(named(sites, opened)).toEqual(every(sites, { remoteDebuggingEnabled: false, cors: undefined }))
  })

  it('are an app each with a plan, an identity and a host storage of its own', () => {
    const sites = allOfType(snapshot, 'Microsoft.Web/sites')
    expect(sites.map(({ name }) => appOf(name)).sort()).toEqual(suite.apps.map(({ name }) => name).sort())
    const own = (pick: (site: Resource) => unknown) => new Set(sites.map((site) => JSON.stringify(pick(site)))).size
    expect(own(({ properties }) => properties['serverFarmId'])).toBe(sites.length)
    expect(own((site) => (site as { identity?: unknown }).identity)).toBe(sites.length)
    expect(own(({ properties }) => JSON.stringify(properties['functionAppConfig']))).toBe(sites.length)
    const plans = allOfType(snapshot, 'Microsoft.Web/serverfarms')
    expect(plans.map(({ sku }) => sku)).toEqual(plans.map(() => ({ name: 'FC1', tier: 'FlexConsumption' })))
  })

  it('keep deleted secrets, and let roles alone decide who reads them', () => {
    const vaults = allOfType(snapshot, 'Microsoft.KeyVault/vaults')
    const kept = ({
      enablePurgeProtection,
      enableRbacAuthorization,
      softDeleteRetentionInDays,
    }: Resource['properties']) => [enablePurgeProtection, enableRbacAuthorization, softDeleteRetentionInDays]
    expect(named(vaults, kept)).toEqual(every(vaults, [true, true, 90]))
    expect(ofType(snapshot, 'Microsoft.KeyVault/vaults/secrets')).toEqual([])
  })

  it('give no copy of what they keep to another directory, and nothing to a service because it is one of Azure’s', () => {
    const accounts = allOfType(snapshot, 'Microsoft.Storage/storageAccounts')
    const copied = ({ allowCrossTenantReplication, defaultToOAuthAuthentication }: Resource['properties']) => ({
      allowCrossTenantReplication,
      defaultToOAuthAuthentication,
    })
    expect(named(accounts, copied)).toEqual(
      every(accounts, { allowCrossTenantReplication: false, defaultToOAuthAuthentication: true }),
    )
    const vaults = allOfType(snapshot, 'Microsoft.KeyVault/vaults')
    const opened = (properties: Resource['properties']) =>
      ['enabledForDeployment', 'enabledForDiskEncryption', 'enabledForTemplateDeployment'].map(
        (name) => properties[name],
      )
    expect(named(vaults, opened)).toEqual(every(vaults, [false, false, false]))
    const closed = [...accounts, ...vaults]
    expect(named(closed, ({ networkAcls }) => (networkAcls as { bypass?: string }).bypass)).toEqual(
      every(closed, 'None'),
    )
  })

  it('let nobody in from outside where the network is private', () => {
    const isPrivate = snapshot.stage === 'production'
    for (const type of ['Microsoft.Storage/storageAccounts', 'Microsoft.KeyVault/vaults']) {
      const found = allOfType(snapshot, type)
      expect(named(found, ({ publicNetworkAccess }) => publicNetworkAccess)).toEqual(
        every(found, isPrivate ? 'Disabled' : 'Enabled'),
      )
      for (const { name, properties } of found) {
        const { defaultAction, ipRules = [] } = properties['networkAcls'] as {
          defaultAction: string
          ipRules?: object[]
        }
        expect({ name, defaultAction, ipRules }).toEqual({
          name,
          defaultAction: isPrivate ? 'Deny' : 'Allow',
          ipRules: [],
        })
      }
    }
  })

  it('say what happens to the workspace', () => {
    const told = new Map(
      allOfType(snapshot, 'Microsoft.Insights/diagnosticSettings').map(({ id, properties }) => [
        id.split('/providers/Microsoft.Insights/')[0],
        properties,
      ]),
    )
    const workspaces = allOfType(snapshot, 'Microsoft.OperationalInsights/workspaces').map(({ id }) => id)
    const tellers = [
      ...allOfType(snapshot, 'Microsoft.Web/sites').map(({ id }) => [id, ['FunctionAppLogs']] as const),
      ...allOfType(snapshot, 'Microsoft.Storage/storageAccounts/blobServices').map(
        ({ id }) => [id, ['StorageDelete']] as const,
      ),
      ...allOfType(snapshot, 'Microsoft.Storage/storageAccounts/tableServices').map(
        ({ id }) => [id, ['StorageDelete']] as const,
      ),
      ...allOfType(snapshot, 'Microsoft.KeyVault/vaults').map(({ id }) => [id, ['audit']] as const),
      ...allOfType(snapshot, 'Microsoft.ServiceBus/namespaces').map(({ id }) => [id, ['allLogs']] as const),
      ...ofType(snapshot, 'Microsoft.CognitiveServices/accounts').map(({ id }) => [id, ['audit']] as const),
      // The second one says what the firewall has refused, and by which rule.
      ...ofType(snapshot, 'Microsoft.Cdn/profiles').map(
        ({ id }) => [id, ['FrontDoorAccessLog', 'FrontDoorWebApplicationFirewallLog']] as const,
      ),
    ]
    expect(new Set(told.keys())).toEqual(new Set(tellers.map(([id]) => id)))
    for (const [id, kinds] of tellers) {
      const logs = told.get(id)?.['logs'] as readonly { category?: string; categoryGroup?: string; enabled: boolean }[]
      expect({
        id,
        kinds: logs.map((log) => log.category ?? log.categoryGroup),
        on: logs.map(({ enabled }) => enabled),
      }).toEqual({
        id,
        kinds,
        on: kinds.map(() => true),
      })
      expect(workspaces).toContain(told.get(id)?.['workspaceId'])
    }
  })

  it('carry the tags of their environment', () => {
    const taggable = snapshot.resources.filter(({ type }) => !untagged.test(type))
    expect(taggable.length).toBeGreaterThan(20)
    for (const { name, tags } of taggable)
      expect({ name, tags }).toEqual({
        name,
        tags: expect.objectContaining({
          'azd-env-name': snapshot.stage,
          stage: snapshot.stage,
          suite: 'theone-integrations',
        }) as unknown,
      })
  })

  it('give azd each app by its name', () => {
    const sites = allOfType(snapshot, 'Microsoft.Web/sites')
    expect(Object.fromEntries(sites.map(({ name, tags }) => [appOf(name), tags?.['azd-service-name']]))).toEqual(
      Object.fromEntries(suite.apps.map(({ name }) => [name, name])),
    )
  })

  it('tell nothing secret as they come out', () => {
    // Where a secret is, and not what it is.
    const told = JSON.stringify(snapshot.outputs).replaceAll(/'[A-Z_]+', 'kv:[a-z-]+'/g, '')
    expect(told).not.toMatch(/secure|password|connectionString|key\b(?!-)|listKeys/i)
    expect(Object.keys(snapshot.outputs)).toContain('serviceHostNames')
  })
})
