// The private network: a subnet for each app to go out by, and one for the private endpoints of what the apps reach.

import { texts } from 'types.bicep'

param name string
param location string
param tags texts
param appNames string[]

// Addresses 10.40.0.0 to 10.40.15.255, 64 for each app: so many instances go out by it at most.
resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.40.0.0/20'] }
    subnets: concat(
      [
        {
          name: 'private-endpoints'
          properties: {
            addressPrefix: cidrSubnet('10.40.0.0/20', 24, 0)
            privateEndpointNetworkPolicies: 'Disabled'
            defaultOutboundAccess: false
          }
        }
      ],
      map(range(0, length(appNames)), index => {
        name: appNames[index]
        properties: {
          addressPrefix: cidrSubnet('10.40.0.0/20', 26, index + 4)
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      })
    )
  }
}

output networkId string = network.id
output endpointSubnetId string = '${network.id}/subnets/private-endpoints'
output appSubnetIds texts = toObject(appNames, app => app, app => '${network.id}/subnets/${app}')
