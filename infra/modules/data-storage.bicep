// The account with the tables of the suite. What the hosts of the apps keep for themselves is elsewhere.

import { texts } from 'types.bicep'

param name string
param location string
param tags texts
param tableNames string[]
@description('Kept in another zone as well.')
param zoneRedundant bool
param private bool
@description('Addresses that come in although it is private.')
param openTo string[]
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: private && empty(openTo) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: private ? 'Deny' : 'Allow'
      ipRules: map(openTo, range => { action: 'Allow', value: range })
    }
  }

  resource service 'tableServices' = {
    name: 'default'

    resource tables 'tables' = [
      for table in tableNames: {
        name: table
      }
    ]
  }
}

// The newest that Azure's own modules use: what is called stable has no groups of categories.
#disable-next-line use-recent-api-versions
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account::service
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    // Every read and write would cost more than the tables do.
    logs: [{ category: 'StorageDelete', enabled: true }]
  }
}

output id string = account.id
output tableUrl string = 'https://${name}.table.${environment().suffixes.storage}'
