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

resource firewall 'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies@2025-03-01' = {
  name: policyName
  location: 'global'
  tags: tags
  sku: { name: '${sku}_AzureFrontDoor' }
  properties: {
    policySettings: { enabledState: 'Enabled', mode: 'Prevention', requestBodyCheck: 'Enabled' }
    customRules: {
      rules: [
        {
          // The suite counts by caller; this keeps floods from reaching it.
          name: 'FloodFromOneAddress'
          priority: 100
          ruleType: 'RateLimitRule'
          rateLimitDurationInMinutes: 1
          rateLimitThreshold: 6000
          action: 'Block'
          matchConditions: [
            {
              matchVariable: 'RequestUri'
              operator: 'Contains'
              matchValue: ['/api/']
            }
          ]
        }
      ]
    }
    managedRules: sku == 'Premium'
      ? {
          managedRuleSets: [
            { ruleSetType: 'Microsoft_DefaultRuleSet', ruleSetVersion: '2.1', ruleSetAction: 'Block' }
            { ruleSetType: 'Microsoft_BotManagerRuleSet', ruleSetVersion: '1.1' }
          ]
        }
      : { managedRuleSets: [] }
  }
}

resource security 'Microsoft.Cdn/profiles/securityPolicies@2025-06-01' = {
  parent: profile
  name: 'firewall'
  properties: {
    parameters: {
      type: 'WebApplicationFirewall'
      wafPolicy: { id: firewall.id }
      associations: [
        {
          patternsToMatch: ['/*']
          domains: concat(
            map(range(0, length(products)), index => {
              id: resourceId('Microsoft.Cdn/profiles/afdEndpoints', profileName, products[index].endpointName)
            }),
            map(ownNames, product => {
              id: resourceId('Microsoft.Cdn/profiles/customDomains', profileName, replace(product.hostName, '.', '-'))
            })
          )
        }
      ]
    }
  }
  dependsOn: [endpoints, domains]
}

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
@description('In the order of the products.')
output hostNames string[] = [for (product, index) in products: empty(product.hostName) ? endpoints[index].properties.hostName : product.hostName]
