// Service Bus: the namespace, and the queues, topics, subscriptions and rules of shared/bus/entities.json, as the local broker has them.

import { texts } from 'types.bicep'

param name string
param location string
param tags texts
@allowed(['Standard', 'Premium'])
param sku string
param private bool
param workspaceId string
@description('Of The One Bus, which publishes to the topics. Empty: nobody may publish.')
param publisherPrincipalId string

import { roles } from 'role-ids.bicep'

var entities = loadJsonContent('../../shared/bus/entities.json')
var queueNames = map(entities.queues, queue => queue.name)
var topicNames = map(entities.topics, topic => topic.name)
var subscriptions = flatten(map(
  entities.topics,
  topic => map(topic.subscriptions, subscription => union(subscription, { topic: topic.name }))
))
var rules = flatten(map(
  subscriptions,
  subscription =>
    map(
      subscription.rules,
      (rule, index) =>
        union(rule, {
          topic: subscription.topic
          subscription: subscription.name
          // Azure makes a subscription with a rule of this name that lets everything in: the first of ours takes its place.
          azureName: index == 0 ? '$Default' : rule.name
        })
    )
))

func twice(names string[]) string[] => filter(union(names, []), name => length(filter(names, other => other == name)) > 1)

var doubled = concat(
  twice(concat(queueNames, topicNames)),
  twice(map(subscriptions, subscription => '${subscription.topic}/${subscription.name}')),
  twice(map(rules, rule => '${rule.topic}/${rule.subscription}/${rule.name}'))
)
var namespaceName = empty(doubled) ? name : fail('shared/bus/entities.json has these more than once: ${join(doubled, ', ')}.')

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: namespaceName
  location: location
  tags: tags
  sku: sku == 'Premium' ? { name: sku, tier: sku, capacity: 1 } : { name: sku, tier: sku }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: private && sku == 'Premium' ? 'Disabled' : 'Enabled'
  }
}

resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for queue in entities.queues: {
    parent: namespace
    name: queue.name
    properties: queue.properties
  }
]

resource topics 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = [
  for topic in entities.topics: {
    parent: namespace
    name: topic.name
    properties: topic.properties
  }
]

resource topicSubscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = [
  for subscription in subscriptions: {
    #disable-next-line use-parent-property
    name: '${namespaceName}/${subscription.topic}/${subscription.name}'
    properties: subscription.properties
    dependsOn: [topics, queues]
  }
]

resource subscriptionRules 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2024-01-01' = [
  for rule in rules: {
    #disable-next-line use-parent-property
    name: '${namespaceName}/${rule.topic}/${rule.subscription}/${rule.azureName}'
    properties: { filterType: 'CorrelationFilter', correlationFilter: rule.correlationFilter }
    dependsOn: [topicSubscriptions]
  }
]

resource publishing 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (topic, index) in entities.topics: if (!empty(publisherPrincipalId)) {
    scope: topics[index]
    name: guid(topics[index].id, publisherPrincipalId, roles.send)
    properties: {
      principalId: publisherPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.send)
    }
  }
]

// The newest that Azure's own modules use: what is called stable has no groups of categories.
#disable-next-line use-recent-api-versions
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: namespace
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

output id string = namespace.id
output hostName string = '${namespaceName}.servicebus.windows.net'
