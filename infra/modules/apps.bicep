// The Function Apps: who they are, what they may do, what their hosts keep, where they run.

import { appScale } from 'app.bicep'
import { hostAccountName, identityName, siteName, suiteNames } from 'names.bicep'
import { describedApp, texts } from 'types.bicep'

param apps describedApp[]
param environmentName string
param token string
param names suiteNames
param location string
param tags texts
@allowed(['22', '24'])
param nodeVersion string
param scale appScale
@description('What is kept in several zones.')
param zoneRedundant { apps: bool, storage: bool }
@description('Values of the settings that whoever deploys gives.')
param given texts
@description('What stands for the settings that name something of the deployment, by the name of the setting.')
param made { *: texts }
@description('Secret settings that may be left out, of those that were given.')
param optionalSecrets string[]
@description('Orchestrations are kept by the Durable Task Scheduler, and not in the storage of their host.')
param hasScheduler bool
param workspaceId string
param insightsConnectionString string
@description('Only Front Door may call the apps.')
param behindFrontDoor bool
@description('Of the Front Door. Empty without one.')
param frontDoorId string
@description('Empty without models.')
param modelAccountName string
param isPrivate bool
@description('What the apps go out by, and reach others in. Without private networking there is none.')
param network { id: string, endpointSubnetId: string, appSubnetIds: texts }?
@description('Service Bus has private endpoints.')
param hasPrivateBus bool

var kinds = loadJsonContent('../suite.json').settings

module identities 'identity.bicep' = [
  for app in apps: {
    params: { name: identityName(app.name, environmentName), location: location, tags: tags }
  }
]

module roles 'roles.bicep' = [
  for app in apps: {
    params: {
      app: app
      identityName: identityName(app.name, environmentName)
      dataAccountName: names.data
      namespaceName: names.bus
      vaultName: names.vault
      tenantVaultName: names.tenantVault
      modelAccountName: modelAccountName
      insightsName: names.insights
      optionalSecrets: map(optionalSecrets, name => kinds[name].secret)
    }
    dependsOn: [identities]
  }
]

module hostStorage 'host-storage.bicep' = [
  for app in apps: {
    params: {
      name: hostAccountName(app.name, token)
      location: location
      tags: tags
      identityName: identityName(app.name, environmentName)
      keepsOrchestrations: !empty(app.orchestrations) && !hasScheduler
      private: isPrivate
      zoneRedundant: zoneRedundant.storage
      workspaceId: workspaceId
    }
    dependsOn: [identities]
  }
]

module privateAccess 'private-access.bicep' = if (isPrivate) {
  params: {
    location: location
    tags: tags
    networkId: network!.id
    subnetId: network!.endpointSubnetId
    hosts: map(apps, app => {
      app: app.name
      account: hostAccountName(app.name, token)
      keepsOrchestrations: !empty(app.orchestrations) && !hasScheduler
    })
    dataAccountName: names.data
    vaultNames: [names.vault, names.tenantVault]
    namespaceName: hasPrivateBus ? names.bus : ''
    modelAccountName: modelAccountName
  }
  dependsOn: [hostStorage]
}

module durable 'durable.bicep' = if (hasScheduler) {
  params: {
    name: names.scheduler
    location: location
    tags: tags
    hubs: [
      for app in filter(apps, app => !empty(app.orchestrations)): {
        name: replace(app.name, '-', '')
        identityName: identityName(app.name, environmentName)
      }
    ]
  }
  dependsOn: [identities]
}

module sites 'app.bicep' = [
  for app in apps: {
    params: {
      app: app
      name: siteName(app.name, token)
      planName: 'plan-${app.name}-${environmentName}'
      hostAccountName: hostAccountName(app.name, token)
      behindFrontDoor: behindFrontDoor
      location: location
      tags: tags
      identityName: identityName(app.name, environmentName)
      nodeVersion: nodeVersion
      scale: scale
      insightsConnectionString: insightsConnectionString
      subnetId: network.?appSubnetIds[app.name] ?? ''
      frontDoorId: frontDoorId
      zoneRedundant: zoneRedundant.apps
      orchestrations: hasScheduler ? 'scheduler' : 'storage'
      workspaceId: workspaceId
      schedulerEndpoint: hasScheduler ? durable!.outputs.endpoint : ''
      given: given
      made: made
      optionalSecrets: optionalSecrets
    }
    dependsOn: [roles, hostStorage, privateAccess]
  }
]
