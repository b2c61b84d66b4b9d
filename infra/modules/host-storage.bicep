// What the host of one Function App keeps for itself: its package, its leases, its orchestrations. No other app comes near it.

import { roles } from 'role-ids.bicep'
import { texts } from 'types.bicep'

param name string
param location string
param tags texts
@description('Of the app, made before.')
param identityName string
@description('Orchestrations are kept in it, which takes its queues and tables.')
param keepsOrchestrations bool
param private bool
param zoneRedundant bool
param workspaceId string

@export()
@description('Where the package of the app is.')
var packageContainer = 'app-package'

var hostRoles = concat([roles.hostBlobs], keepsOrchestrations ? [roles.hostQueues, roles.tables] : [])

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-06-01' = {
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
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    networkAcls: { bypass: 'None', defaultAction: private ? 'Deny' : 'Allow' }
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource package 'containers' = {
      name: packageContainer
      properties: { publicAccess: 'None' }
    }
  }
}

resource hostRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in hostRoles: {
    scope: hostAccount
    name: guid(hostAccount.id, identity.id, role)
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

// The newest that Azure's own modules use: what is called stable has no groups of categories.
#disable-next-line use-recent-api-versions
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: hostAccount::blobs
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    // The host renews its leases all the time: writes would be nothing else.
    logs: [{ category: 'StorageDelete', enabled: true }]
  }
}

output id string = hostAccount.id
