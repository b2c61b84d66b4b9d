// The Durable Task Scheduler, for more orchestrations than the storage of a host carries: a task hub for each app that runs some.

import { texts } from 'types.bicep'

param name string
param location string
param tags texts
param hubs taskHub[]

import { roles } from 'role-ids.bicep'

@export()
@description('The task hub of one app, and who works on it.')
type taskHub = {
  name: string
  identityName: string
}

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // An empty list would let nobody in. Who comes in still needs the role.
    ipAllowlist: ['0.0.0.0/0']
    sku: { name: 'Consumption' }
  }
}

resource taskHubs 'Microsoft.DurableTask/schedulers/taskHubs@2026-02-01' = [
  for hub in hubs: {
    parent: scheduler
    name: hub.name
  }
]

resource identities 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = [
  for hub in hubs: {
    name: hub.identityName
  }
]

resource hubRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (hub, index) in hubs: {
    scope: taskHubs[index]
    name: guid(taskHubs[index].id, identities[index].id, roles.runOrchestrations)
    properties: {
      principalId: identities[index].properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.runOrchestrations)
    }
  }
]

output endpoint string = scheduler.properties.endpoint
