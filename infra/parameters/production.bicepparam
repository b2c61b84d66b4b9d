// What organizations use: several zones, private addresses, managed firewall rules, instances that wait for the first caller.
using '../main.bicep'

param environmentName = 'production'
param location = 'westeurope'
param stage = 'production'
param domain = 'theonestack.example'
param settings = {
  HUB_URL: 'https://hub.theonestack.example'
  OPERATOR_ISSUER: 'https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0'
  OPERATOR_AUDIENCE: '22222222-2222-2222-2222-222222222222'
  OPERATOR_JWKS_URL: 'https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/discovery/v2.0/keys'
}
param optionalSecrets = [
  'CMDB_REGISTRATION_KEY'
  'CRM_REGISTRATION_KEY'
  'DEFEND_REGISTRATION_KEY'
  'HUB_REGISTRATION_KEY'
  'ONCALL_REGISTRATION_KEY'
  'PSA_REGISTRATION_KEY'
]
param models = [
  { name: 'fast', model: 'gpt-5-mini', version: '2025-08-07', sku: 'DataZoneStandard', capacity: 500, class: 'fast' }
  { name: 'deep', model: 'gpt-5', version: '2025-08-07', sku: 'DataZoneStandard', capacity: 300, class: 'deep' }
  { name: 'deep-enterprise', model: 'gpt-5', version: '2025-08-07', sku: 'DataZoneStandard', capacity: 200, class: 'deep', lane: 'enterprise' }
]
param edge = 'Premium'
param hostNames = { code: 'app.theonecode.example', ai: 'app.theonestudio.example' }
param messaging = 'Premium'
param privateNetworking = true
param accessFrom = []
param orchestrations = 'scheduler'
param zoneRedundantApps = true
param zoneRedundantStorage = true
param scale = { instancesMax: 200, httpInstancesReady: 1, requestsAtOnce: 32 }
param logRetentionDays = 90
param logGigabytesMax = 20
param alertEmails = ['integrations@theonestack.example']
param monthlyBudget = 3000
param budgetFrom = '2026-12-01'
param busPrincipalId = '33333333-3333-3333-3333-333333333333'
param officerId = '44444444-4444-4444-4444-444444444444'
param officerType = 'Group'
param dataOfficerIds = ['55555555-5555-5555-5555-555555555555']
