import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFolder } from '../../local/parts.ts'
import { snapshots } from './snapshot.ts'

/** What Azure allows as the last part of a name: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const limits: Readonly<Record<string, RegExp>> = {
  'Microsoft.Authorization/roleAssignments': /^[0-9a-f-]{36}$/,
  'Microsoft.Authorization/roleDefinitions': /^[0-9a-f-]{36}$/,
  'Microsoft.Cdn/profiles': /^[a-zA-Z0-9][a-zA-Z0-9-]{0,258}[a-zA-Z0-9]$/,
  'Microsoft.Cdn/profiles/afdEndpoints': /^[a-zA-Z0-9][a-zA-Z0-9-]{0,44}[a-zA-Z0-9]$/,
  'Microsoft.Cdn/profiles/afdEndpoints/routes': /^[a-zA-Z0-9][a-zA-Z0-9-]{0,88}[a-zA-Z0-9]$/,
  'Microsoft.Cdn/profiles/customDomains': /^[a-zA-Z0-9][a-zA-Z0-9-]{0,258}[a-zA-Z0-9]$/,
  'Microsoft.Cdn/profiles/originGroups': /^[a-zA-Z0-9][a-zA-Z0-9-]{0,88}[a-zA-Z0-9]$/,
  'Microsoft.Cdn/profiles/originGroups/origins': /^[a-zA-Z0-9][a-zA-Z0-9-]{0,88}[a-zA-Z0-9]$/,
  'Microsoft.Cdn/profiles/securityPolicies': /^[a-zA-Z0-9][a-zA-Z0-9-]{0,258}[a-zA-Z0-9]$/,
  'Microsoft.CognitiveServices/accounts': /^[a-zA-Z0-9][a-zA-Z0-9-]{1,62}[a-zA-Z0-9]$/,
  'Microsoft.CognitiveServices/accounts/deployments': /^[a-zA-Z0-9][\w.-]{1,62}[a-zA-Z0-9]$/,
  'Microsoft.Consumption/budgets': /^[\w-]{1,63}$/,
  'Microsoft.DurableTask/schedulers': /^[a-zA-Z0-9][a-zA-Z0-9-]{1,62}[a-zA-Z0-9]$/,
  'Microsoft.DurableTask/schedulers/taskHubs': /^[a-zA-Z0-9][a-zA-Z0-9-]{1,62}[a-zA-Z0-9]$/,
  'Microsoft.Insights/actionGroups': /^[\w.() -]{1,260}$/,
  'Microsoft.Insights/components': /^[\w.()-]{1,260}$/,
  'Microsoft.Insights/diagnosticSettings': /^[\w.()-]{1,260}$/,
  'Microsoft.Insights/metricAlerts': /^[\w.()-]{1,260}$/,
  'Microsoft.Insights/scheduledQueryRules': /^[\w.()-]{1,260}$/,
  'Microsoft.KeyVault/vaults': /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
  'Microsoft.ManagedIdentity/userAssignedIdentities': /^[a-zA-Z0-9][\w-]{2,127}$/,
  'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies': /^[a-zA-Z][a-zA-Z0-9]{0,127}$/,
  'Microsoft.Network/privateDnsZones': /^[a-z0-9.-]{3,63}$/,
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': /^[a-zA-Z0-9][\w.-]{0,78}\w$/,
  'Microsoft.Network/privateEndpoints': /^[a-zA-Z0-9][\w.-]{0,62}\w$/,
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': /^[a-zA-Z0-9][\w.-]{0,78}\w$/,
  'Microsoft.Network/virtualNetworks': /^[a-zA-Z0-9][\w.-]{0,62}\w$/,
  'Microsoft.OperationalInsights/workspaces': /^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$/,
  'Microsoft.Resources/resourceGroups': /^[\w.()-]{0,89}[\w()-]$/,
  'Microsoft.ServiceBus/namespaces': /^[a-zA-Z](?!.*(?:-sb|-mgmt)$)[a-zA-Z0-9-]{4,48}[a-zA-Z0-9]$/,
  'Microsoft.ServiceBus/namespaces/queues': /^[a-zA-Z0-9][\w./-]{0,258}[a-zA-Z0-9]$/,
  'Microsoft.ServiceBus/namespaces/topics': /^[a-zA-Z0-9][\w./-]{0,258}[a-zA-Z0-9]$/,
  'Microsoft.ServiceBus/namespaces/topics/subscriptions': /^[a-zA-Z0-9][\w.-]{0,48}[a-zA-Z0-9]$/,
  'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules': /^(?:\$Default|[a-zA-Z0-9][\w.-]{0,48}[a-zA-Z0-9])$/,
  'Microsoft.Storage/storageAccounts': /^[a-z0-9]{3,24}$/,
  'Microsoft.Storage/storageAccounts/blobServices': /^default$/,
  'Microsoft.Storage/storageAccounts/blobServices/containers': /^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$/,
  'Microsoft.Storage/storageAccounts/tableServices': /^default$/,
  'Microsoft.Storage/storageAccounts/tableServices/tables': /^[a-zA-Z][a-zA-Z0-9]{2,62}$/,
  'Microsoft.Web/serverfarms': /^[a-zA-Z0-9-]{1,60}$/,
  'Microsoft.Web/sites': /^[a-zA-Z0-9](?!.*--)[a-zA-Z0-9-]{0,58}[a-zA-Z0-9]$/,
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': /^(?:ftp|scm)$/,
  'Microsoft.Web/sites/config': /^appsettings$/,
}

const main = readFileSync(join(projectFolder, 'infra/main.bicep'), 'utf8')
const longest = Number(/@maxLength\((\d+)\)\nparam environmentName /.exec(main)?.[1])

describe.each(snapshots)('the names of $stage', ({ stage, resources, text }) => {
  /** As they would be in an environment with the longest name that is taken: a letter, then digits. Only key vaults cut it off. */
  const stretched = (name: string, type: string): string => {
    const long = 'e'.repeat(type === 'Microsoft.KeyVault/vaults' ? Math.min(longest, 12) : longest)
    return name.replaceAll(new RegExp(`(?<=^|[^a-z])${stage}(?=[^a-z]|$)|(?<=^waf)${stage}`, 'g'), long)
  }

  it('are within the limits of Azure for the longest name of an environment', () => {
    expect(longest).toBeGreaterThan(10)
    const tooLong = resources.flatMap(({ type, name }) => {
      const limit = limits[type]
      if (!limit) return [`${type}: its limits are not known here`]
      const long = stretched(
        type === 'Microsoft.ServiceBus/namespaces/queues' ? (name.split('/')[1] ?? '') : (name.split('/').at(-1) ?? ''),
        type,
      )
      return limit.test(long) ? [] : [`${type} ${long}`]
    })
    expect(tooLong).toEqual([])
  })

  it('are those of one resource each', () => {
    const ids = resources.map(({ id }) => id.toLowerCase())
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  it('were evaluated to the end: nothing but what Azure alone knows is an expression', () => {
    for (const { id, name } of resources) expect(`${id} ${name}`).not.toMatch(/\[|parameters\(|variables\(/)
    expect(text).toContain(`rg-integrations-${stage}`)
  })
})
