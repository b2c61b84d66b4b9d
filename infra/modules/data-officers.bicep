// What people may do who export, delete and verify data: just what `npm run data:export`, `data:delete` and `audit:verify` ask for.

import { ownRoles, roles } from 'role-ids.bicep'

@description('Groups of Entra.')
param groupIds string[]
param dataAccountName string
param vaultName string
param tenantVaultName string
@description('That the commands read: to sign what they write into the audit log, and to ask Hub whether an organization is active.')
param secretNames string[]

// A deletion goes through every table, and the account holds nothing else.
resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataAccountName
}

resource tableRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for id in groupIds: {
    scope: account
    name: guid(account.id, id, roles.tables)
    properties: {
      principalId: id
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tables)
    }
  }
]

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

var reads = flatten(map(groupIds, id => map(secretNames, secret => { id: id, secret: secret })))

resource secrets 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = [
  for read in reads: {
    parent: vault
    name: read.secret
  }
]

resource secretRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (read, index) in reads: {
    scope: secrets[index]
    name: guid(secrets[index].id, read.id, roles.readSecret)
    properties: {
      principalId: read.id
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.readSecret)
    }
  }
]

resource tenantVault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: tenantVaultName
}

resource purgeRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for id in groupIds: {
    scope: tenantVault
    name: guid(tenantVault.id, id, ownRoles.purgeKeys)
    properties: {
      principalId: id
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        guid(resourceGroup().id, ownRoles.purgeKeys)
      )
    }
  }
]
