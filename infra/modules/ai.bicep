// The models: one account that takes identities alone, and its deployments. Which class of model each serves is told to the apps.

import { texts } from 'types.bicep'

param name string
param location string
param tags texts
param models modelDeployment[]
param private bool
param workspaceId string

@export()
@description('A model, how much of it, and what it is for.')
type modelDeployment = {
  @description('Of the deployment, as AI_MODELS calls it.')
  name: string
  model: string
  version: string
  sku: 'GlobalStandard' | 'DataZoneStandard' | 'Standard'
  @description('Thousands of tokens a minute.')
  @minValue(1)
  capacity: int
  class: 'fast' | 'deep' | 'audio'
  @description('Kept for organizations of that tier.')
  lane: 'enterprise'?
}

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'AIServices'
  sku: { name: 'S0' }
  properties: {
    customSubDomainName: name
    disableLocalAuth: true
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: private ? 'Deny' : 'Allow' }
  }
}

// One after the other: the account refuses two changes at once.
@batchSize(1)
resource deployments 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = [
  for model in models: {
    parent: account
    name: model.name
    sku: { name: model.sku, capacity: model.capacity }
    properties: {
      model: { format: 'OpenAI', name: model.model, version: model.version }
      versionUpgradeOption: 'NoAutoUpgrade'
    }
  }
]

// The newest that Azure's own modules use: what is called stable has no groups of categories.
#disable-next-line use-recent-api-versions
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

func served(models modelDeployment[], class string) { use: string, lane: string? }[] =>
  map(
    filter(models, model => model.class == class),
    model => union({ use: 'azure/${model.name}' }, model.?lane == null ? {} : { lane: model.?lane })
  )

output id string = account.id
@description('The value of AI_MODELS.')
output setting string = string({
  providers: {
    azure: {
      wire: 'openai-chat'
      endpoint: 'https://${name}.openai.azure.com'
      apiVersion: '2024-10-21'
      auth: 'identity'
      sampling: false
      ceilingName: 'max_completion_tokens'
    }
  }
  classes: {
    fast: served(models, 'fast')
    deep: served(models, 'deep')
    audio: served(models, 'audio')
  }
})
