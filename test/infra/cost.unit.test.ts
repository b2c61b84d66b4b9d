import { describe, expect, it } from 'vitest'
import { allOfType, ofType, parametersOf, snapshotOf, snapshots } from './snapshot.ts'

/** Paid for by use alone, or not at all. */
const freeWhenIdle = [
  'Microsoft.Authorization/roleAssignments',
  'Microsoft.Authorization/roleDefinitions',
  'Microsoft.Insights/components',
  'Microsoft.Insights/diagnosticSettings',
  'Microsoft.KeyVault/vaults',
  'Microsoft.ManagedIdentity/userAssignedIdentities',
  'Microsoft.OperationalInsights/workspaces',
  'Microsoft.Resources/resourceGroups',
  'Microsoft.Storage/storageAccounts',
  'Microsoft.Web/serverfarms',
  'Microsoft.Web/sites',
]

/** The one thing that has a price by the hour: docs/deployment.md lists it. */
const listed = ['Microsoft.ServiceBus/namespaces']

const topLevel = (type: string): string => type.split('/').slice(0, 2).join('/')

describe('an idle dev', () => {
  const dev = snapshotOf('dev')

  it('has nothing with a price by the hour but what docs/deployment.md lists', () => {
    const types = new Set(dev.resources.map(({ type }) => topLevel(type)))
    expect([...types].filter((type) => ![...freeWhenIdle, ...listed].includes(type))).toEqual([])
    const namespaces = allOfType(dev, 'Microsoft.ServiceBus/namespaces')
    expect(namespaces.map(({ sku }) => sku)).toEqual([{ name: 'Standard', tier: 'Standard' }])
  })

  it('keeps no instance that waits, and one copy of everything', () => {
    for (const { properties } of allOfType(dev, 'Microsoft.Web/sites'))
      expect(properties['functionAppConfig']).toMatchObject({ scaleAndConcurrency: { alwaysReady: [] } })
    for (const { sku } of allOfType(dev, 'Microsoft.Storage/storageAccounts'))
      expect(sku).toEqual({ name: 'Standard_LRS' })
    for (const { properties } of allOfType(dev, 'Microsoft.Web/serverfarms'))
      expect(properties).toMatchObject({ zoneRedundant: false })
  })
})

describe('a production', () => {
  const production = snapshotOf('production')

  it('keeps what it can in several zones', () => {
    for (const { sku } of allOfType(production, 'Microsoft.Storage/storageAccounts'))
      expect(sku).toEqual({ name: 'Standard_ZRS' })
    for (const { properties } of allOfType(production, 'Microsoft.Web/serverfarms'))
      expect(properties).toMatchObject({ zoneRedundant: true })
  })

  it('has private addresses, and public ones only where browsers and products come in', () => {
    for (const type of [
      'Microsoft.Storage/storageAccounts',
      'Microsoft.KeyVault/vaults',
      'Microsoft.ServiceBus/namespaces',
      'Microsoft.CognitiveServices/accounts',
    ])
      for (const { name, properties } of allOfType(production, type))
        expect({ name, access: properties['publicNetworkAccess'] }).toEqual({ name, access: 'Disabled' })
    const reached = allOfType(production, 'Microsoft.Network/privateEndpoints').map(({ properties }) => {
      const [connection] = properties['privateLinkServiceConnections'] as {
        properties: { privateLinkServiceId: string }
      }[]
      return connection?.properties.privateLinkServiceId.split('/').at(-1)
    })
    const closed = production.resources
      .filter(({ type, properties }) => !type.includes('/sites') && properties?.['publicNetworkAccess'] === 'Disabled')
      .map(({ name }) => name)
    expect(new Set(reached)).toEqual(new Set(closed))
    for (const { name, properties } of allOfType(production, 'Microsoft.Web/sites'))
      expect({ name, subnet: properties['virtualNetworkSubnetId'] }).toEqual({
        name,
        subnet: expect.stringMatching(/\/subnets\/theone\w+-\w+$/) as unknown,
      })
  })
})

describe.each(snapshots)('the scale of $stage', (snapshot) => {
  it('is what its parameters say: how far each app grows, what it serves at once, and what waits for HTTP', () => {
    const [, most, ready, atOnce] =
      /^param scale = \{ instancesMax: (\d+), httpInstancesReady: (\d+), requestsAtOnce: (\d+) \}$/m
        .exec(parametersOf(snapshot.stage))
        ?.map(Number) ?? []
    for (const { name, properties } of allOfType(snapshot, 'Microsoft.Web/sites')) {
      const isPublic = name.includes('-api-') && ready !== 0
      expect({ name, ...(properties['functionAppConfig'] as object) }).toMatchObject({
        name,
        scaleAndConcurrency: {
          maximumInstanceCount: most,
          alwaysReady: isPublic ? [{ name: 'http', instanceCount: ready }] : [],
          triggers: { http: { perInstanceConcurrency: atOnce } },
        },
      })
    }
  })
})

describe.each(['test', 'production'] as const)('the budget of %s', (stage) => {
  it('tells people and the group at 80 % spent, and when more than all is forecast, as docs/deployment.md says', () => {
    const snapshot = snapshotOf(stage)
    const [people] = allOfType(snapshot, 'Microsoft.Insights/actionGroups')
    const [budget] = allOfType(snapshot, 'Microsoft.Consumption/budgets')
    const amount = /^param monthlyBudget = (\d+)$/m.exec(parametersOf(stage))?.[1]
    const told = { enabled: true, operator: 'GreaterThan', contactGroups: [people?.id] }
    expect(budget?.properties).toMatchObject({
      amount: Number(amount),
      timeGrain: 'Monthly',
      notifications: {
        'actual-over': { ...told, threshold: 80, thresholdType: 'Actual' },
        'forecast-over': { ...told, threshold: 100, thresholdType: 'Forecasted' },
      },
    })
    const receivers = people?.properties['emailReceivers'] as readonly { emailAddress: string }[]
    expect(receivers.length).toBeGreaterThan(0)
    const notifications = budget?.properties['notifications'] as Readonly<Record<string, { contactEmails: string[] }>>
    for (const { contactEmails } of Object.values(notifications))
      expect(contactEmails).toEqual(receivers.map(({ emailAddress }) => emailAddress))
  })
})

describe.each(snapshots)('the price of $stage', (snapshot) => {
  it('is watched wherever somebody is told', () => {
    expect(ofType(snapshot, 'Microsoft.Consumption/budgets')).toHaveLength(snapshot.stage === 'dev' ? 0 : 1)
    for (const { properties } of allOfType(snapshot, 'Microsoft.OperationalInsights/workspaces'))
      expect(properties).toMatchObject({ workspaceCapping: { dailyQuotaGb: expect.any(Number) as number } })
  })
})
