// The whole suite on Azure, in a resource group of its own. What each app needs is in suite.json, which the code writes.
targetScope = 'subscription'

import { appScale } from 'modules/app.bicep'
import { modelDeployment } from 'modules/ai.bicep'
import { describedApp, texts } from 'modules/types.bicep'

@description('Names everything: small letters, digits and hyphens, a letter first.')
@minLength(2)
@maxLength(16)
param environmentName string

@description('A region with Flex Consumption.')
@allowed([
  'australiaeast'
  'australiasoutheast'
  'brazilsouth'
  'canadacentral'
  'centralindia'
  'centralus'
  'eastasia'
  'eastus'
  'eastus2'
  'francecentral'
  'germanywestcentral'
  'italynorth'
  'japaneast'
  'koreacentral'
  'northcentralus'
  'northeurope'
  'norwayeast'
  'southafricanorth'
  'southcentralus'
  'southeastasia'
  'southindia'
  'spaincentral'
  'swedencentral'
  'uaenorth'
  'uksouth'
  'ukwest'
  'westcentralus'
  'westeurope'
  'westus'
  'westus2'
  'westus3'
])
@metadata({ azd: { type: 'location' } })
param location string

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

@description('Host names of the products that are theirs, by product. Without one it is a name of Front Door, or of the app.')
param hostNames { code: string?, ai: string?, hub: string? }

@description('Premium has private endpoints and larger messages.')
@allowed(['Standard', 'Premium'])
param messaging string

@description('Storage, key vaults and models get private addresses, and no others.')
param privateNetworking bool

@description('Where orchestrations are kept: in the storage of their host, or by the Durable Task Scheduler.')
@allowed(['storage', 'scheduler'])
param orchestrations string

@description('Everything that can be is kept in several zones.')
param zoneRedundant bool

param scale appScale

@allowed(['22', '24'])
param nodeVersion string = '24'

@minValue(30)
@maxValue(730)
param logRetentionDays int

@minValue(1)
param logGigabytesMax int

@description('Who is told. Empty: there are no alerts, and no budget.')
param alertEmails string[]

@minValue(1)
param monthlyBudget int

@description('The first day of the month from which the budget counts.')
param budgetFrom string

@description('The identity of The One Bus, which publishes to the topic. Empty: nobody does.')
param busPrincipalId string

@description('Who sets secrets. Empty: nobody does.')
param officerId string

@allowed(['Group', 'ServicePrincipal', 'User'])
param officerType string

var suite = loadJsonContent('suite.json')
var kinds = items(suite.settings)
var apps describedApp[] = suite.apps
var products = filter(apps, app => app.place == app.product)
var hasModels = !empty(models)
var hasEdge = edge != 'none'
var hasScheduler = orchestrations == 'scheduler'
var flowApps = filter(apps, app => !empty(app.orchestrations))

// What is refused before anything is made.
var characters = map(range(0, length(environmentName)), index => substring(environmentName, index, 1))
var strange = filter(characters, character => !contains('abcdefghijklmnopqrstuvwxyz0123456789-', character))
var isNamed = empty(strange) && !contains('0123456789-', first(environmentName)) && !endsWith(environmentName, '-')
var env = isNamed
  ? environmentName
  : fail('environmentName "${environmentName}" must be small letters, digits and hyphens, a letter first and no hyphen last.')

var needed = map(filter(kinds, setting => setting.value.kind == 'given' && !setting.value.optional), setting => setting.key)
var addresses = toObject(
  filter(kinds, setting => !empty(setting.value.?peer)),
  setting => setting.key,
  setting => 'https://${setting.value.peer}.${domain}'
)
var absent = filter(needed, name => empty(settings[?name] ?? addresses[?name] ?? ''))
var unknown = filter(
  map(items(settings), setting => setting.key),
  name => suite.settings[?name].?kind != 'given'
)
var known = map(filter(kinds, setting => setting.value.kind == 'secret' && setting.value.optional), setting => setting.key)
var unknownSecrets = filter(optionalSecrets, name => !contains(known, name))
var given = !empty(absent)
  ? fail('The parameter "settings" has no value for ${join(absent, ', ')}. Give it one.')
  : !empty(unknown)
      ? fail('The parameter "settings" has ${join(unknown, ', ')}, which whoever deploys cannot set. Take it out.')
      : !empty(unknownSecrets)
          ? fail('The parameter "optionalSecrets" has ${join(unknownSecrets, ', ')}, which is no secret that may be left out.')
          : union(addresses, settings)

var twice = filter(apps, app => length(filter(apps, other => other.name == app.name)) > 1)
var unique = empty(twice) ? apps : fail('infra/suite.json has the app "${twice[0].name}" more than once.')

var token = take(uniqueString(subscription().id, env), 6)
var tags = { 'azd-env-name': env, stage: stage, suite: 'theone-integrations' }
var names = {
  group: 'rg-integrations-${env}'
  workspace: 'log-${env}-${token}'
  insights: 'appi-${env}-${token}'
  data: 'stdata${token}'
  bus: 'sb-${env}-${token}'
  vault: 'kv-${take(env, 12)}-${token}'
  tenantVault: 'kt-${take(env, 12)}-${token}'
  models: 'ai-${env}-${token}'
  scheduler: 'dts-${env}-${token}'
  network: 'vnet-${env}-${token}'
  edge: 'afd-${env}-${token}'
  firewall: 'waf${replace(env, '-', '')}${token}'
}
var identityNames = map(apps, app => 'id-${app.name}-${env}')
var siteNames = map(apps, app => 'func-${app.name}-${token}')
var siteHosts = map(siteNames, site => '${site}.azurewebsites.net')
var hostAccounts = map(apps, app => take('st${token}${replace(replace(app.name, 'theone', ''), '-', '')}', 24))

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
    zoneRedundant: zoneRedundant
    private: privateNetworking
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
    })
    origins: map(range(0, length(apps)), index => {
      app: apps[index].name
      product: apps[index].product
      place: apps[index].place
      hostName: siteHosts[index]
    })
    workspaceId: monitoring.outputs.workspaceId
  }
}

module identities 'modules/identity.bicep' = [
  for (app, index) in unique: {
    scope: group
    params: { name: identityNames[index], location: location, tags: tags }
  }
]

module roles 'modules/roles.bicep' = [
  for (app, index) in apps: {
    scope: group
    params: {
      app: app
      identityName: identityNames[index]
      dataAccountName: names.data
      namespaceName: names.bus
      vaultName: names.vault
      tenantVaultName: names.tenantVault
      modelAccountName: hasModels ? names.models : ''
      insightsName: names.insights
      optionalSecrets: map(optionalSecrets, name => suite.settings[name].secret)
    }
    dependsOn: [identities, data, bus, vaults, ai]
  }
]

module hostStorage 'modules/host-storage.bicep' = [
  for (app, index) in apps: {
    scope: group
    params: {
      name: hostAccounts[index]
      location: location
      tags: tags
      identityName: identityNames[index]
      keepsOrchestrations: !empty(app.orchestrations) && !hasScheduler
      private: privateNetworking
      zoneRedundant: zoneRedundant
    }
    dependsOn: [identities]
  }
]

module privateAccess 'modules/private-access.bicep' = if (privateNetworking) {
  scope: group
  params: {
    location: location
    tags: tags
    networkId: network!.outputs.networkId
    subnetId: network!.outputs.endpointSubnetId
    hosts: map(range(0, length(apps)), index => {
      app: apps[index].name
      account: hostAccounts[index]
      keepsOrchestrations: !empty(apps[index].orchestrations) && !hasScheduler
    })
    dataAccountName: names.data
    vaultNames: [names.vault, names.tenantVault]
    namespaceName: messaging == 'Premium' ? names.bus : ''
    modelAccountName: hasModels ? names.models : ''
  }
  dependsOn: [hostStorage, data, vaults, bus, ai]
}

module durable 'modules/durable.bicep' = if (hasScheduler) {
  scope: group
  params: {
    name: names.scheduler
    location: location
    tags: tags
    hubs: [
      for app in flowApps: {
        name: replace(app.name, '-', '')
        identityName: 'id-${app.name}-${env}'
      }
    ]
  }
  dependsOn: [identities]
}

var productHosts = hasEdge
  ? edgeOfAll!.outputs.hostNames
  : map(products, app => hostNames[?app.product] ?? 'func-${app.name}-${token}.azurewebsites.net')

// What stands for the settings that name something of the deployment. SERVICE_BUS also needs to be told the identity of the app.
var made = union(
  {
    DATA_STORAGE: { DATA_STORAGE: data.outputs.tableUrl }
    SERVICE_BUS: { SERVICE_BUS__fullyQualifiedNamespace: bus.outputs.hostName, SERVICE_BUS__credential: 'managedidentity' }
    KEY_VAULT: { KEY_VAULT: vaults[0].outputs.url }
    TENANT_VAULT: { TENANT_VAULT: vaults[1].outputs.url }
    AI_GATEWAY_URL: { AI_GATEWAY_URL: 'https://${productHosts[indexOf(map(products, app => app.product), 'ai')]}/api' }
    AI_MODELS: hasModels ? { AI_MODELS: ai!.outputs.setting } : {}
    TRUSTED_PROXY_COUNT: { TRUSTED_PROXY_COUNT: hasEdge ? '1' : '0' }
  },
  toObject(
    filter(products, app => !empty(app.publicUrl)),
    app => app.publicUrl,
    app => { '${app.publicUrl}': 'https://${productHosts[indexOf(map(products, other => other.name), app.name)]}' }
  )
)

module sites 'modules/app.bicep' = [
  for (app, index) in apps: {
    scope: group
    params: {
      app: app
      name: siteNames[index]
      planName: 'plan-${app.name}-${env}'
      hostAccountName: hostAccounts[index]
      behindFrontDoor: hasEdge
      location: location
      tags: tags
      identityName: identityNames[index]
      nodeVersion: nodeVersion
      scale: scale
      insightsConnectionString: monitoring.outputs.connectionString
      subnetId: privateNetworking ? network!.outputs.appSubnetIds[app.name] : ''
      frontDoorId: hasEdge ? edgeOfAll!.outputs.frontDoorId : ''
      zoneRedundant: zoneRedundant
      orchestrations: orchestrations == 'scheduler' ? 'scheduler' : 'storage'
      schedulerEndpoint: hasScheduler ? durable!.outputs.endpoint : ''
      given: given
      made: made
      optionalSecrets: optionalSecrets
    }
    dependsOn: [roles, hostStorage, privateAccess]
  }
]

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
    budgetFrom: budgetFrom
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
    ? productHosts[indexOf(map(products, other => other.product), app.product)]
    : 'func-${app.name}-${token}.azurewebsites.net'
)
