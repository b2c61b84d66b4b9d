// A key vault. Secrets are set by hand or by the suite, never by a deployment.

import { texts } from 'types.bicep'

param name string
param location string
param tags texts
param private bool
@description('Addresses that come in although it is private.')
param openTo string[]
param workspaceId string
@description('Who may set secrets, beside the suite: a group of the platform engineers. Empty: nobody yet.')
param officerPrincipalId string
@allowed(['Group', 'ServicePrincipal', 'User'])
param officerPrincipalType string

import { roles } from 'role-ids.bicep'

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: private && empty(openTo) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: private ? 'Deny' : 'Allow'
      ipRules: map(openTo, range => { value: range })
    }
  }
}

resource officer 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(officerPrincipalId)) {
  scope: vault
  name: guid(vault.id, officerPrincipalId, roles.changeSecret)
  properties: {
    principalId: officerPrincipalId
    principalType: officerPrincipalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.changeSecret)
  }
}

// The newest that Azure's own modules use: what is called stable has no groups of categories.
#disable-next-line use-recent-api-versions
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

output id string = vault.id
output url string = 'https://${name}${environment().suffixes.keyvaultDns}'
