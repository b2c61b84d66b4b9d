// What wakes somebody up, whom, and the budget. Each alert has an entry in the runbook of docs/deployment.md under its name.

import { texts, timer } from 'types.bicep'

param location string
param tags texts
param environmentName string
param emails string[]
param namespaceId string
param vaultIds string[]
param workspaceId string
@description('An entry for each timer of infra/suite.json: its name, and how many minutes it may be silent.')
param timers timer[]
@description('In the currency of the subscription.')
@minValue(1)
param monthlyBudget int
@description('The first day of a month.')
param budgetFrom string
@description('What the workspace takes in a day.')
param logGigabytesMax int

type metricAlert = {
  name: string
  text: string
  severity: int
  scopes: string[]
  metricNamespace: string
  metric: string
  dimension: string
  values: string[]
  aggregation: 'Average' | 'Count' | 'Maximum' | 'Minimum' | 'Total'
  threshold: int
  window: string
}

type queryAlert = {
  name: string
  text: string
  severity: int
  query: string
  window: string
  every: string
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'people-${environmentName}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'integrations'
    emailReceivers: [
      for email in emails: {
        name: email
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

var metricAlerts metricAlert[] = [
  {
    name: 'dead-letters'
    text: 'Messages were given up by the broker, and no sweep has parked them since.'
    severity: 2
    scopes: [namespaceId]
    metricNamespace: 'Microsoft.ServiceBus/namespaces'
    metric: 'DeadletteredMessages'
    dimension: 'EntityName'
    values: ['*']
    // Each minute of the half hour had some: what a sweep parks within minutes wakes nobody.
    aggregation: 'Minimum'
    threshold: 0
    window: 'PT30M'
  }
  {
    name: 'backlog'
    text: 'A queue grows faster than its subscriber works.'
    severity: 2
    scopes: [namespaceId]
    metricNamespace: 'Microsoft.ServiceBus/namespaces'
    metric: 'ActiveMessages'
    dimension: 'EntityName'
    values: ['*']
    aggregation: 'Average'
    threshold: 1000
    window: 'PT15M'
  }
  {
    name: 'key-vault-refusals'
    text: 'A key vault refuses an app: a role is missing, or somebody tries what is not theirs.'
    severity: 2
    scopes: vaultIds
    metricNamespace: 'Microsoft.KeyVault/vaults'
    metric: 'ServiceApiResult'
    dimension: 'StatusCode'
    values: ['403']
    aggregation: 'Count'
    threshold: 0
    window: 'PT15M'
  }
]

resource metrics 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for alert in metricAlerts: {
    name: '${alert.name}-${environmentName}'
    location: 'global'
    tags: tags
    properties: {
      enabled: true
      description: alert.text
      severity: alert.severity
      scopes: alert.scopes
      targetResourceType: alert.metricNamespace
      targetResourceRegion: location
      evaluationFrequency: 'PT5M'
      windowSize: alert.window
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: alert.name
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: alert.metricNamespace
            metricName: alert.metric
            dimensions: [{ name: alert.dimension, operator: 'Include', values: alert.values }]
            operator: 'GreaterThan'
            threshold: alert.threshold
            timeAggregation: alert.aggregation
          }
        ]
      }
      actions: [{ actionGroupId: people.id }]
    }
  }
]

var timerRows = join(map(timers, timer => '"${timer.name}", ${timer.silentMinutesMax}'), ', ')

// Requests are never sampled (host.json), so that these see every run.
var queryAlerts queryAlert[] = [
  {
    name: 'server-errors'
    text: 'More than one in a hundred requests failed with a status from 500 on.'
    severity: 1
    window: 'PT5M'
    every: 'PT5M'
    query: 'AppRequests | where isnotempty(Url) | summarize failed = countif(toint(ResultCode) >= 500), total = count() | where total >= 20 and failed * 100 > total'
  }
  {
    name: 'outbox-age'
    text: 'Events have waited for more than ten minutes to be published.'
    severity: 1
    window: 'PT5M'
    every: 'PT5M'
    query: 'AppRequests | where Name endswith "-outbox-timer" and Success == false'
  }
  {
    name: 'rotation-overdue'
    text: 'The rotation of a key has failed: it is tried again, and the old key stays in use.'
    severity: 2
    window: 'P1D'
    every: 'PT1H'
    query: 'AppRequests | where Name in ("ai-key-rotation-timer", "code-data-key-timer") | summarize arg_max(TimeGenerated, Success) by Name | where Success == false'
  }
  {
    name: 'dead-timer'
    text: 'A timer has not run for twice its longest pause.'
    severity: 2
    window: 'P2D'
    every: 'PT15M'
    // One that has not run yet is silent since the first request of all: on the first day nobody expects the timers of the night.
    query: 'let began = toscalar(AppRequests | summarize min(TimeGenerated)); let expected = datatable(Name: string, silentMinutesMax: int) [${timerRows}]; expected | join kind=leftouter (AppRequests | summarize last = max(TimeGenerated) by Name) on Name | where coalesce(last, began) < ago(silentMinutesMax * 1m)'
  }
  {
    name: 'log-cap'
    text: 'The workspace has taken ${logGigabytesMax} GB today and takes no more: alerts about requests see nothing until tomorrow.'
    severity: 2
    window: 'PT1H'
    every: 'PT15M'
    query: '_LogOperation | where Category =~ "Ingestion" | where Detail contains "OverQuota"'
  }
]

resource queries 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for alert in queryAlerts: {
    name: '${alert.name}-${environmentName}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      enabled: true
      displayName: alert.name
      description: alert.text
      severity: alert.severity
      scopes: [workspaceId]
      // A workspace has its tables once something has come in.
      skipQueryValidation: true
      evaluationFrequency: alert.every
      windowSize: alert.window
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
    }
  }
]

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: 'budget-${environmentName}'
  properties: {
    category: 'Cost'
    amount: monthlyBudget
    timeGrain: 'Monthly'
    timePeriod: { startDate: budgetFrom }
    notifications: {
      'forecast-over': {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emails
        contactGroups: [people.id]
      }
      'actual-over': {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: emails
        contactGroups: [people.id]
      }
    }
  }
}
