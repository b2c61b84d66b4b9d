// That what is closed to the public is found by the apps: by a private address, under the name that they call it by.
import { describe, expect, it } from 'vitest'
import { allOfType, snapshotOf, suite } from './snapshot.ts'

const production = snapshotOf('production')
const last = (id: unknown): string => String(id).split('/').at(-1) ?? ''

/** What each service is called in a private network: https://learn.microsoft.com/azure/private-link/private-endpoint-dns */
const zones: Readonly<Record<string, string>> = {
  account: 'privatelink.openai.azure.com',
  blob: 'privatelink.blob.core.windows.net',
  namespace: 'privatelink.servicebus.windows.net',
  queue: 'privatelink.queue.core.windows.net',
  table: 'privatelink.table.core.windows.net',
  vault: 'privatelink.vaultcore.azure.net',
}

const endpoints = allOfType(production, 'Microsoft.Network/privateEndpoints').map(({ name, properties }) => {
  const [connection] = properties['privateLinkServiceConnections'] as {
    properties: { privateLinkServiceId: string; groupIds: readonly string[] }
  }[]
  const { privateLinkServiceId, groupIds = [] } = connection?.properties ?? {}
  return {
    name,
    service: groupIds[0] ?? '',
    of: last(privateLinkServiceId),
    subnet: last((properties['subnet'] as { id: string }).id),
  }
})

describe('the private network of production', () => {
  const [network] = allOfType(production, 'Microsoft.Network/virtualNetworks')
  const subnets = network?.properties['subnets'] as {
    name: string
    properties: { delegations?: { properties: { serviceName: string } }[] }
  }[]

  it('has a subnet for each app, which Flex Consumption takes over, and one for the endpoints', () => {
    const delegated = Object.fromEntries(
      subnets.map(({ name, properties: { delegations = [] } }) => [
        name,
        delegations.map(({ properties }) => properties.serviceName),
      ]),
    )
    expect(delegated).toEqual({
      'private-endpoints': [],
      ...Object.fromEntries(suite.apps.map(({ name }) => [name, ['Microsoft.App/environments']])),
    })
    for (const { name, subnet } of endpoints) expect({ name, subnet }).toEqual({ name, subnet: 'private-endpoints' })
  })

  it('has a name for each endpoint, in the zone of its service', () => {
    const groups = allOfType(production, 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups').map(
      ({ name, properties }) => {
        const [config] = properties['privateDnsZoneConfigs'] as { properties: { privateDnsZoneId: string } }[]
        return [name.split('/')[0], last(config?.properties.privateDnsZoneId)]
      },
    )
    expect(Object.fromEntries(groups)).toEqual(
      Object.fromEntries(endpoints.map(({ name, service }) => [name, zones[service]])),
    )
  })

  it('has those zones, each linked to the network, and no other', () => {
    const used = [...new Set(endpoints.map(({ service }) => zones[service] ?? service))].sort()
    expect(
      allOfType(production, 'Microsoft.Network/privateDnsZones')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(used)
    const links = allOfType(production, 'Microsoft.Network/privateDnsZones/virtualNetworkLinks')
    expect(links.map(({ name }) => name.split('/')[0] ?? '').sort()).toEqual(used)
    for (const { name, properties } of links)
      expect({ name, network: (properties['virtualNetwork'] as { id: string }).id }).toEqual({
        name,
        network: network?.id,
      })
  })

  it('has an endpoint for the package of each app', () => {
    const ofHosts = endpoints.filter(({ name }) => suite.apps.some((app) => name.startsWith(`pe-${app.name}-`)))
    expect(ofHosts.map(({ name }) => name).sort()).toEqual(suite.apps.map(({ name }) => `pe-${name}-blob`).sort())
    for (const { name, of, service } of ofHosts) {
      const account = name.replace(/^pe-theone|-blob$/g, '').replace('-', '')
      expect({ name, service, of }).toEqual({
        name,
        service: 'blob',
        of: expect.stringMatching(new RegExp(`^st\\w{6}${account}$`)) as unknown,
      })
    }
  })
})
