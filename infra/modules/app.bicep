// One Function App on Flex Consumption: its plan, its site, its settings. It takes identities alone.

import { packageContainer } from 'host-storage.bicep'
import { describedApp, texts } from 'types.bicep'

@description('An entry of infra/suite.json.')
param app describedApp
param name string
param planName string
param hostAccountName string
param location string
param tags texts
@description('Of the app, made before.')
param identityName string
@allowed(['22', '24'])
param nodeVersion string
param scale appScale
@description('Values of the settings that whoever deploys gives.')
param given texts
@description('What stands for the settings that name something of the deployment, by the name of the setting.')
param made { *: texts }
@description('Secret settings that may be left out, of those that were given.')
param optionalSecrets string[]
param insightsConnectionString string
@description('Of the subnet that it goes out by. Empty without private networking.')
param subnetId string
@description('Of the Front Door that alone may call it. Empty without one.')
param frontDoorId string
@description('Only Front Door may call it.')
param behindFrontDoor bool
param zoneRedundant bool
param workspaceId string
@description('Where its orchestrations are kept: in its own storage, or by the Durable Task Scheduler.')
@allowed(['storage', 'scheduler'])
param orchestrations string
@description('Of the Durable Task Scheduler. Empty without one.')
param schedulerEndpoint string

@export()
@description('How far an app grows.')
type appScale = {
  @minValue(40)
  @maxValue(1000)
  instancesMax: int
  @description('Instances that are kept for HTTP, and paid for when idle.')
  @minValue(0)
  @maxValue(20)
  httpInstancesReady: int
  @description('Requests that one instance serves at once.')
  @minValue(1)
  @maxValue(1000)
  requestsAtOnce: int
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

var clientId = identity.properties.clientId
var kinds = loadJsonContent('../suite.json').settings
var secretNames = filter(
  app.settings,
  name => kinds[name].kind == 'secret' && (!kinds[name].optional || contains(optionalSecrets, name))
)
var givenNames = filter(app.settings, name => kinds[name].kind == 'given' && contains(given, name))
var madeNames = filter(app.settings, name => kinds[name].kind == 'made')
var settings = union(
  toObject(secretNames, name => name, name => 'kv:${kinds[name].secret}'),
  toObject(givenNames, name => name, name => given[name]),
  reduce(madeNames, {}, (sofar, name) => union(sofar, made[name])),
  contains(app.settings, 'SERVICE_BUS') ? { SERVICE_BUS__clientId: clientId } : {}
)

var private = !empty(subnetId)
var isPublic = app.place == app.product
var runsOrchestrations = !empty(app.orchestrations)
var hostUrls = toObject(
  ['blob', 'queue', 'table'],
  service => service,
  service => 'https://${hostAccountName}.${service}.${environment().suffixes.storage}'
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': app.name })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: private ? subnetId : null
    outboundVnetRouting: private ? { allTraffic: true } : null
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostUrls.blob}/${packageContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: scale.instancesMax
        alwaysReady: isPublic && scale.httpInstancesReady > 0
          ? [{ name: 'http', instanceCount: scale.httpInstancesReady }]
          : []
        triggers: { http: { perInstanceConcurrency: scale.requestsAtOnce } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      remoteDebuggingEnabled: false
      ipSecurityRestrictionsDefaultAction: behindFrontDoor ? 'Deny' : 'Allow'
      ipSecurityRestrictions: behindFrontDoor
        ? [
            {
              name: 'front-door'
              description: 'Our own Front Door and nobody else, not even another one.'
              priority: 100
              action: 'Allow'
              tag: 'ServiceTag'
              ipAddress: 'AzureFrontDoor.Backend'
              headers: { 'x-azure-fdid': [frontDoorId] }
            }
          ]
        : []
      scmIpSecurityRestrictionsUseMain: false
    }
  }

  // One place only: a list in siteConfig would be replaced by this one.
  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(
      {
        AZURE_CLIENT_ID: clientId
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: clientId
        AzureWebJobsStorage__blobServiceUri: hostUrls.blob
        AzureWebJobsStorage__queueServiceUri: hostUrls.queue
        AzureWebJobsStorage__tableServiceUri: hostUrls.table
        APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
      },
      runsOrchestrations
        ? { AzureFunctionsJobHost__extensions__durableTask__hubName: replace(app.name, '-', '') }
        : {},
      runsOrchestrations && orchestrations == 'scheduler'
        ? {
            AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
            AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
            DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${clientId}'
          }
        : {},
      settings
    )
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

// What the host says while Application Insights has nothing of it: that it cannot start, or may not send.
// The newest that Azure's own modules use: what is called stable has no groups of categories.
#disable-next-line use-recent-api-versions
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: site
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
  }
}
