// What one Function App may do to what all of them share: just what infra/suite.json says of it, each on the one entity that it is about.

import { describedApp } from 'types.bicep'

@description('An entry of infra/suite.json.')
param app describedApp
@description('Of the app, made before.')
param identityName string
param dataAccountName string
param namespaceName string
param vaultName string
param tenantVaultName string
@description('Empty without models.')
param modelAccountName string
param insightsName string
@description('Secrets that may be left out, of those that were given.')
param optionalSecrets string[]

import { ownRoles, roles } from 'role-ids.bicep'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

var principal = { principalId: identity.properties.principalId, principalType: 'ServicePrincipal' }
var definitions = toObject(
  items(roles),
  role => role.key,
  role => { roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value) }
)
var rotatesKeys = {
  roleDefinitionId: subscriptionResourceId(
    'Microsoft.Authorization/roleDefinitions',
    guid(resourceGroup().id, ownRoles.rotateKeys)
  )
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataAccountName
  resource service 'tableServices' existing = {
    name: 'default'
  }
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' existing = [
  for table in app.tables: {
    parent: account::service
    name: table
  }
]

resource tableRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (table, index) in app.tables: {
    scope: tables[index]
    name: guid(tables[index].id, identity.id, roles.tables)
    properties: union(principal, definitions.tables)
  }
]

// Readiness reads from it: without this role no app is ever ready.
resource probeTable 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' existing = {
  parent: account::service
  name: 'storageProbe'
}

resource probeRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: probeTable
  name: guid(probeTable.id, identity.id, roles.readTable)
  properties: union(principal, definitions.readTable)
}

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource received 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = [
  for queue in app.queues.receivesFrom: {
    parent: namespace
    name: queue
  }
]

resource receiverRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in app.queues.receivesFrom: {
    scope: received[index]
    name: guid(received[index].id, identity.id, roles.receive)
    properties: union(principal, definitions.receive)
  }
]

resource sent 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = [
  for queue in app.queues.sendsTo: {
    parent: namespace
    name: queue
  }
]

resource senderRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in app.queues.sendsTo: {
    scope: sent[index]
    name: guid(sent[index].id, identity.id, roles.send)
    properties: union(principal, definitions.send)
  }
]

// A subscription forwards to the queue of its own name; what it cannot forward is among its dead letters.
resource deadLettered 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' existing = [
  for subscription in app.subscriptions: {
    #disable-next-line use-parent-property
    name: '${namespaceName}/${subscription.topic}/${subscription.name}'
  }
]

resource deadLetterRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (subscription, index) in app.subscriptions: {
    scope: deadLettered[index]
    name: guid(deadLettered[index].id, identity.id, roles.receive)
    properties: union(principal, definitions.receive)
  }
]

resource topics 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' existing = [
  for topic in app.topics.sendsTo: {
    parent: namespace
    name: topic
  }
]

resource topicRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (topic, index) in app.topics.sendsTo: {
    scope: topics[index]
    name: guid(topics[index].id, identity.id, roles.send)
    properties: union(principal, definitions.send)
  }
]

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

var readSecrets = concat(
  app.secrets.reads,
  filter(app.secrets.readsIfGiven, secret => contains(optionalSecrets, secret))
)

resource secrets 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = [
  for secret in readSecrets: {
    parent: vault
    name: secret
  }
]

resource secretRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (secret, index) in readSecrets: {
    scope: secrets[index]
    name: guid(secrets[index].id, identity.id, roles.readSecret)
    properties: union(principal, definitions.readSecret)
  }
]

resource rotated 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = [
  for secret in app.secrets.rotates: {
    parent: vault
    name: secret
  }
]

resource rotatorRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (secret, index) in app.secrets.rotates: {
    scope: rotated[index]
    name: guid(rotated[index].id, identity.id, ownRoles.rotateKeys)
    properties: union(principal, rotatesKeys)
  }
]

// Their names are made at run time, so the narrowest scope is a vault that holds nothing else.
resource tenantVault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: tenantVaultName
}

var rotatesTenantKeys = app.tenantKeys == 'rotates'

resource tenantKeyRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (app.tenantKeys != 'none') {
  scope: tenantVault
  name: guid(tenantVault.id, identity.id, rotatesTenantKeys ? ownRoles.rotateKeys : roles.readSecret)
  properties: union(principal, rotatesTenantKeys ? rotatesKeys : definitions.readSecret)
}

resource modelAccount 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = if (!empty(modelAccountName)) {
  name: modelAccountName
}

resource modelRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (app.models && !empty(modelAccountName)) {
  scope: modelAccount
  name: guid(modelAccount.id, identity.id, roles.askModels)
  properties: union(principal, definitions.askModels)
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource telemetryRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, identity.id, roles.sendTelemetry)
  properties: union(principal, definitions.sendTelemetry)
}
