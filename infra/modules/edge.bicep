// Front Door with its web application firewall: the public addresses of the products, and the only way to the apps.

import { texts } from 'types.bicep'

param profileName string
param policyName string
param tags texts
@allowed(['Standard', 'Premium'])
param sku string
param products product[]
param origins origin[]
param workspaceId string

@export()
@description('A product with an address of its own.')
type product = {
  name: string
  endpointName: string
  @description('Its own host name. Empty: the one that Front Door gives it.')
  hostName: string
  @description('Its requests carry texts of people and of code.')
  takesTexts: bool
}

@export()
@description('A Function App behind it, which serves /api/<place>.')
type origin = {
  app: string
  product: string
  place: string
  hostName: string
}

var productNames = map(products, product => product.name)
var ownNames = filter(products, product => !empty(product.hostName))
var ownProducts = map(ownNames, product => product.name)

resource profile 'Microsoft.Cdn/profiles@2025-06-01' = {
  name: profileName
  location: 'global'
  tags: tags
  sku: { name: '${sku}_AzureFrontDoor' }
  properties: { originResponseTimeoutSeconds: 240 }
}

resource endpoints 'Microsoft.Cdn/profiles/afdEndpoints@2025-06-01' = [
  for product in products: {
    parent: profile
    name: product.endpointName
    location: 'global'
    tags: tags
    properties: { enabledState: 'Enabled' }
  }
]

resource domains 'Microsoft.Cdn/profiles/customDomains@2025-06-01' = [
  for product in ownNames: {
    parent: profile
    name: replace(product.hostName, '.', '-')
    properties: {
      hostName: product.hostName
      tlsSettings: { certificateType: 'ManagedCertificate', minimumTlsVersion: 'TLS12' }
    }
  }
]

// Without probes, which would keep every app awake: with one origin there is nothing to choose.
resource groups 'Microsoft.Cdn/profiles/originGroups@2025-06-01' = [
  for origin in origins: {
    parent: profile
    name: origin.app
    properties: { loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3 } }
  }
]

resource servers 'Microsoft.Cdn/profiles/originGroups/origins@2025-06-01' = [
  for (origin, index) in origins: {
    parent: groups[index]
    name: origin.app
    properties: {
      hostName: origin.hostName
      originHostHeader: origin.hostName
      httpsPort: 443
      priority: 1
      weight: 1000
      enforceCertificateNameCheck: true
    }
  }
]

resource routes 'Microsoft.Cdn/profiles/afdEndpoints/routes@2025-06-01' = [
  for (origin, index) in origins: {
    parent: endpoints[indexOf(productNames, origin.product)]
    name: origin.app
    properties: {
      originGroup: { id: groups[index].id }
      patternsToMatch: ['/api/${origin.place}/*']
      supportedProtocols: ['Https']
      forwardingProtocol: 'HttpsOnly'
      httpsRedirect: 'Disabled'
      linkToDefaultDomain: 'Enabled'
      customDomains: contains(ownProducts, origin.product)
        ? [{ id: domains[indexOf(ownProducts, origin.product)].id }]
        : []
    }
    dependsOn: [servers]
  }
]

// Texts of people and of code quote SQL and HTML, which the managed rules take for attacks: such products have a firewall of their own.
var strict = filter(products, product => !product.takesTexts)
var lenient = filter(products, product => product.takesTexts)

module firewalls 'firewall.bicep' = [
  for group in [{ name: policyName, takesTexts: false }, { name: '${policyName}texts', takesTexts: true }]: {
    params: { name: group.name, tags: tags, sku: sku, takesTexts: group.takesTexts }
  }
]

func domainsOf(profile string, products product[]) { id: string }[] =>
  concat(
    map(products, product => { id: resourceId('Microsoft.Cdn/profiles/afdEndpoints', profile, product.endpointName) }),
    map(filter(products, product => !empty(product.hostName)), product => {
      id: resourceId('Microsoft.Cdn/profiles/customDomains', profile, replace(product.hostName, '.', '-'))
    })
  )

resource security 'Microsoft.Cdn/profiles/securityPolicies@2025-06-01' = [
  for (group, index) in [{ name: 'firewall', of: strict }, { name: 'firewall-texts', of: lenient }]: if (!empty(group.of)) {
    parent: profile
    name: group.name
    properties: {
      parameters: {
        type: 'WebApplicationFirewall'
        wafPolicy: { id: firewalls[index].outputs.id }
        associations: [{ patternsToMatch: ['/*'], domains: domainsOf(profileName, group.of) }]
      }
    }
    dependsOn: [endpoints, domains]
  }
]

// The newest that Azure's own modules use: what is called stable has no groups of categories.
#disable-next-line use-recent-api-versions
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: profile
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'FrontDoorAccessLog', enabled: true }
      { category: 'FrontDoorWebApplicationFirewallLog', enabled: true }
    ]
  }
}

@description('What the apps ask for in X-Azure-FDID.')
output frontDoorId string = profile.properties.frontDoorId
@description('Those that people know. In the order of the products.')
output hostNames string[] = [for (product, index) in products: empty(product.hostName) ? endpoints[index].properties.hostName : product.hostName]
@description('Those that Front Door gives, which answer before anybody has set a record. In the order of the products.')
output endpointHosts string[] = [for (product, index) in products: endpoints[index].properties.hostName]
