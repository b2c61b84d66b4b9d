// The whole suite on Azure, in a resource group of its own. What each app needs is in suite.json, which the code writes.
targetScope = 'subscription'

import { appScale } from 'modules/app.bicep'
import { modelDeployment } from 'modules/ai.bicep'
import { namesOf, siteHost } from 'modules/names.bicep'
import {
  checkedAccess
  checkedApps
  checkedDeployment
  checkedMonth
  checkedName
  checkedSecrets
  checkedSettings
  exampleNames
  namedAs
  numbered
} from 'modules/refusals.bicep'
import { describedApp, flexRegion, keptDays, productHostNames, texts } from 'modules/types.bicep'

@description('Names everything: small letters, digits and hyphens, a letter first.')
@minLength(2)
@maxLength(16)
param environmentName string

@metadata({ azd: { type: 'location' } })
param location flexRegion

@description('What the environment is for.')
@allowed(['dev', 'test', 'production'])
param stage string

@description('The other products are at https://<product>.<domain>, unless "settings" says otherwise.')
@minLength(3)
param domain string

@description('Values of the settings that neither the deployment makes nor the key vault holds, by their names.')
param settings texts

@description('Secret settings that the suite works without, of those that the key vault holds.')
param optionalSecrets string[]

@description('Models in the account of this environment. Empty: the suite answers with what it has embedded.')
param models modelDeployment[]

@description('Front Door: none, without managed firewall rules, or with them.')
@allowed(['none', 'Standard', 'Premium'])
param edge string

@description('Without one a product has the name that Front Door, or the app, gives it.')
param hostNames productHostNames

@description('Premium has private endpoints and larger messages.')
@allowed(['Standard', 'Premium'])
param messaging string

@description('Storage, key vaults and models get private addresses, and no others.')
param privateNetworking bool

@description('Public IPv4 addresses, or ranges from /24 to /30, from which people reach tables and key vaults in spite of privateNetworking. Empty: from none. For as long as somebody works there.')
param accessFrom string[]

@description('Where orchestrations are kept: in the storage of their host, or by the Durable Task Scheduler.')
@allowed(['storage', 'scheduler'])
param orchestrations string

@description('Each app keeps two instances ready for each group that it scales, in two zones: docs/deployment.md says what that costs.')
param zoneRedundantApps bool

@description('Storage accounts keep three copies in three zones.')
param zoneRedundantStorage bool

param scale appScale

@allowed(['22', '24'])
param nodeVersion string = '24'

param logRetentionDays keptDays

@minValue(1)
param logGigabytesMax int

@description('Who is told. Empty: there are no alerts, and no budget.')
param alertEmails string[]

@minValue(1)
param monthlyBudget int

@description('The first day of the month in which the environment is made. Azure never lets it be changed.')
param budgetFrom string

@description('The identity of The One Bus, which publishes to the topic. Empty: nobody does.')
param busPrincipalId string

@description('Who sets secrets. Empty: nobody does.')
param officerId string

@allowed(['Group', 'ServicePrincipal', 'User'])
param officerType string

@description('Groups of Entra whose people export, delete and verify data. Empty: nobody does.')
param dataOfficerIds string[]

var suite = loadJsonContent('suite.json')
var apps describedApp[] = checkedApps(suite.apps)
var products = filter(apps, app => app.place == app.product)
var hasModels = !empty(models)
var hasEdge = edge != 'none'
var hasScheduler = orchestrations == 'scheduler'

var examples = exampleNames(union(
  namedAs('settings', settings),
  namedAs('hostNames', toObject(filter(items(hostNames), name => !empty(name.value)), name => name.key, name => name.value)),
  numbered('alertEmails', alertEmails),
  numbered('dataOfficerIds', dataOfficerIds),
  { domain: domain, busPrincipalId: busPrincipalId, officerId: officerId }
))
var env = checkedDeployment(checkedName(environmentName), subscription().subscriptionId, examples)
var given = checkedSettings(
  settings,
  toObject(
    filter(items(suite.settings), setting => !empty(setting.value.?peer)),
    setting => setting.key,
    setting => 'https://${setting.value.peer}.${domain}'
  ),
  suite.settings
)
// What the commands for data read from the key vault.
var commandSecrets = ['AUDIT_SIGNING_KEY', 'HUB_SERVICE_KEY']
var givenSecrets = checkedSecrets(optionalSecrets, suite.settings)
var openTo = checkedAccess(accessFrom, privateNetworking)

var token = take(uniqueString(subscription().id, env), 6)
var tags = { 'azd-env-name': env, stage: stage, suite: 'theone-integrations' }
var names = namesOf(env, token)

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: names.group
  location: location
  tags: tags
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    tags: tags
    retentionDays: logRetentionDays
    dailyGigabytesMax: logGigabytesMax
  }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  scope: group
  params: { name: names.network, location: location, tags: tags, appNames: map(apps, app => app.name) }
}

module data 'modules/data-storage.bicep' = {
  scope: group
  params: {
    name: names.data
    location: location
    tags: tags
    // Readiness asks for the last one, which stays empty.
    tableNames: union(suite.tables, ['storageProbe'])
    zoneRedundant: zoneRedundantStorage
    private: privateNetworking
    openTo: openTo
    workspaceId: monitoring.outputs.workspaceId
  }
}

module bus 'modules/messaging.bicep' = {
  scope: group
  params: {
    name: names.bus
    location: location
    tags: tags
    sku: messaging
    private: privateNetworking
    workspaceId: monitoring.outputs.workspaceId
    publisherPrincipalId: busPrincipalId
  }
}

module vaults 'modules/vault.bicep' = [
  for vault in [names.vault, names.tenantVault]: {
    scope: group
    params: {
      name: vault
      location: location
      tags: tags
      private: privateNetworking
      openTo: openTo
      workspaceId: monitoring.outputs.workspaceId
      officerPrincipalId: vault == names.vault ? officerId : ''
      officerPrincipalType: officerType
    }
  }
]

module ai 'modules/ai.bicep' = if (hasModels) {
  scope: group
  params: {
    name: names.models
    location: location
    tags: tags
    models: models
    private: privateNetworking
    workspaceId: monitoring.outputs.workspaceId
  }
}

module edgeOfAll 'modules/edge.bicep' = if (hasEdge) {
  scope: group
  params: {
    profileName: names.edge
    policyName: names.firewall
    tags: tags
    sku: edge == 'Premium' ? 'Premium' : 'Standard'
    products: map(products, app => {
      name: app.product
      endpointName: '${app.product}-${env}-${token}'
      hostName: hostNames[?app.product] ?? ''
      takesTexts: contains(['ai', 'code'], app.product)
    })
    origins: map(apps, app => {
      app: app.name
      product: app.product
      place: app.place
      hostName: siteHost(app.name, token)
    })
    workspaceId: monitoring.outputs.workspaceId
  }
}

module ownRoles 'modules/own-roles.bicep' = {
  scope: group
  params: { environmentName: env }
}

module dataOfficers 'modules/data-officers.bicep' = if (!empty(dataOfficerIds)) {
  scope: group
  params: {
    groupIds: dataOfficerIds
    dataAccountName: names.data
    vaultName: names.vault
    tenantVaultName: names.tenantVault
    secretNames: map(commandSecrets, setting => suite.settings[setting].secret)
  }
  dependsOn: [ownRoles, data, vaults]
}

// Where a product answers at once, before anybody has set records for a name of its own: the apps take nothing that comes by another way.
var answeringHosts = hasEdge ? edgeOfAll!.outputs.endpointHosts : map(products, app => siteHost(app.name, token))
var publicHosts = hasEdge
  ? edgeOfAll!.outputs.hostNames
  : map(products, app => hostNames[?app.product] ?? siteHost(app.name, token))
var productNames = map(products, app => app.product)

// What stands for the settings that name something of the deployment. SERVICE_BUS also needs to be told the identity of the app.
var made = union(
  {
    DATA_STORAGE: { DATA_STORAGE: data.outputs.tableUrl }
    SERVICE_BUS: { SERVICE_BUS__fullyQualifiedNamespace: bus.outputs.hostName, SERVICE_BUS__credential: 'managedidentity' }
    KEY_VAULT: { KEY_VAULT: vaults[0].outputs.url }
    TENANT_VAULT: { TENANT_VAULT: vaults[1].outputs.url }
    AI_GATEWAY_URL: { AI_GATEWAY_URL: 'https://${answeringHosts[indexOf(productNames, 'ai')]}/api' }
    AI_MODELS: hasModels ? { AI_MODELS: ai!.outputs.setting } : {}
    TRUSTED_PROXY_COUNT: { TRUSTED_PROXY_COUNT: hasEdge ? '1' : '0' }
  },
  toObject(
    filter(products, app => !empty(app.publicUrl)),
    app => app.publicUrl,
    app => { '${app.publicUrl}': 'https://${publicHosts[indexOf(productNames, app.product)]}' }
  )
)

module functionApps 'modules/apps.bicep' = {
  scope: group
  params: {
    apps: apps
    environmentName: env
    token: token
    names: names
    location: location
    tags: tags
    nodeVersion: nodeVersion
    scale: scale
    zoneRedundant: { apps: zoneRedundantApps, storage: zoneRedundantStorage }
    given: given
    made: made
    optionalSecrets: givenSecrets
    hasScheduler: hasScheduler
    workspaceId: monitoring.outputs.workspaceId
    insightsConnectionString: monitoring.outputs.connectionString
    behindFrontDoor: hasEdge
    frontDoorId: hasEdge ? edgeOfAll!.outputs.frontDoorId : ''
    modelAccountName: hasModels ? names.models : ''
    isPrivate: privateNetworking
    network: privateNetworking
      ? {
          id: network!.outputs.networkId
          endpointSubnetId: network!.outputs.endpointSubnetId
          appSubnetIds: network!.outputs.appSubnetIds
        }
      : null
    hasPrivateBus: messaging == 'Premium'
  }
  dependsOn: [ownRoles, vaults]
}

module alerts 'modules/alerts.bicep' = if (!empty(alertEmails)) {
  scope: group
  params: {
    location: location
    tags: tags
    environmentName: env
    emails: alertEmails
    namespaceId: bus.outputs.id
    vaultIds: [vaults[0].outputs.id, vaults[1].outputs.id]
    workspaceId: monitoring.outputs.workspaceId
    timers: flatten(map(apps, app => app.timers))
    monthlyBudget: monthlyBudget
    budgetFrom: checkedMonth(budgetFrom)
    logGigabytesMax: logGigabytesMax
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = names.group
output AZURE_KEY_VAULT_NAME string = names.vault
output AZURE_TENANT_VAULT_NAME string = names.tenantVault

@description('Where /api/<place>/health/ready of each app answers, by the name of the app.')
output serviceHostNames texts = toObject(
  apps,
  app => app.name,
  app => hasEdge
    ? answeringHosts[indexOf(productNames, app.product)]
    : siteHost(app.name, token)
)

@description('The settings of the commands for data, for whoever runs them.')
output dataCommandSettings texts = union(
  made.DATA_STORAGE,
  made.KEY_VAULT,
  made.TENANT_VAULT,
  { HUB_API_URL: given.HUB_API_URL },
  empty(given.?AUDIT_PUBLIC_KEYS ?? '') ? {} : { AUDIT_PUBLIC_KEYS: given.AUDIT_PUBLIC_KEYS },
  toObject(commandSecrets, setting => setting, setting => 'kv:${suite.settings[setting].secret}')
)
