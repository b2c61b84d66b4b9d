// The firewall before some of the products.

import { texts } from 'types.bicep'

param name string
param tags texts
@allowed(['Standard', 'Premium'])
param sku string
@description('Values in JSON bodies are not judged by the managed rules: addresses, headers, cookies, forms and the names of fields are.')
param takesTexts bool

resource firewall 'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies@2025-03-01' = {
  name: name
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
    managedRules: {
      managedRuleSets: sku == 'Premium'
        ? [
            {
              ruleSetType: 'Microsoft_DefaultRuleSet'
              ruleSetVersion: '2.1'
              ruleSetAction: 'Block'
              exclusions: takesTexts
                ? [{ matchVariable: 'RequestBodyJsonArgNames', selectorMatchOperator: 'EqualsAny', selector: '*' }]
                : []
            }
            { ruleSetType: 'Microsoft_BotManagerRuleSet', ruleSetVersion: '1.1' }
          ]
        : []
    }
  }
}

output id string = firewall.id
