// What the apps reach by private addresses, and by which names.

import { texts } from 'types.bicep'

param location string
param tags texts
param networkId string
param subnetId string
@description('The storage accounts of the hosts.')
param hosts { app: string, account: string, keepsOrchestrations: bool }[]
param dataAccountName string
param vaultNames string[]
@description('Empty where Service Bus has no private endpoints.')
param namespaceName string
@description('Empty without models.')
param modelAccountName string

type reached = {
  @description('Of its private endpoint.')
  name: string
  @description('Below the resource group.')
  path: string
  service: 'account' | 'blob' | 'namespace' | 'queue' | 'table' | 'vault'
}

// As Azure calls them, whatever the suffixes of the cloud are: https://learn.microsoft.com/azure/private-link/private-endpoint-dns
var zoneOf = {
  account: 'privatelink.openai.azure.com'
  #disable-next-line no-hardcoded-env-urls
  blob: 'privatelink.blob.core.windows.net'
  namespace: 'privatelink.servicebus.windows.net'
  #disable-next-line no-hardcoded-env-urls
  queue: 'privatelink.queue.core.windows.net'
  #disable-next-line no-hardcoded-env-urls
  table: 'privatelink.table.core.windows.net'
  vault: 'privatelink.vaultcore.azure.net'
}

var hostServices reached[] = flatten(map(
  hosts,
  host =>
    map(host.keepsOrchestrations ? ['blob', 'queue', 'table'] : ['blob'], service => {
      name: 'pe-${host.app}-${service}'
      path: 'Microsoft.Storage/storageAccounts/${host.account}'
      service: service
    })
))
var vaults reached[] = map(vaultNames, vault => {
  name: 'pe-${vault}'
  path: 'Microsoft.KeyVault/vaults/${vault}'
  service: 'vault'
})
var tables reached = { name: 'pe-tables', path: 'Microsoft.Storage/storageAccounts/${dataAccountName}', service: 'table' }
var bus reached = { name: 'pe-bus', path: 'Microsoft.ServiceBus/namespaces/${namespaceName}', service: 'namespace' }
var models reached = {
  name: 'pe-models'
  path: 'Microsoft.CognitiveServices/accounts/${modelAccountName}'
  service: 'account'
}
var all reached[] = concat(
  hostServices,
  vaults,
  [tables],
  empty(namespaceName) ? [] : [bus],
  empty(modelAccountName) ? [] : [models]
)

module zones 'private-zones.bicep' = {
  params: {
    tags: tags
    networkId: networkId
    zoneNames: union(map(all, service => zoneOf[service.service]), [])
  }
}

module endpoints 'private-endpoint.bicep' = [
  for service in all: {
    params: {
      name: service.name
      location: location
      tags: tags
      subnetId: subnetId
      resourceId: '${resourceGroup().id}/providers/${service.path}'
      service: service.service
      zoneName: zoneOf[service.service]
    }
    dependsOn: [zones]
  }
]
