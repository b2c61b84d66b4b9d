// For releases before they go to production: as there, without what costs most.
using '../main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param stage = 'test'
param domain = 'test.theonestack.example'
param settings = {
  HUB_URL: 'https://hub.test.theonestack.example'
  OPERATOR_ISSUER: 'https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0'
  OPERATOR_AUDIENCE: '22222222-2222-2222-2222-222222222222'
  OPERATOR_JWKS_URL: 'https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/discovery/v2.0/keys'
}
param optionalSecrets = [
  'PSA_REGISTRATION_KEY'
  'HUB_REGISTRATION_KEY'
]
param models = [
  { name: 'fast', model: 'gpt-5-mini', version: '2025-08-07', sku: 'GlobalStandard', capacity: 50, class: 'fast' }
  { name: 'deep', model: 'gpt-5', version: '2025-08-07', sku: 'GlobalStandard', capacity: 50, class: 'deep' }
]
param edge = 'Standard'
param hostNames = {}
param messaging = 'Standard'
param privateNetworking = false
param accessFrom = []
param orchestrations = 'storage'
param zoneRedundantApps = false
param zoneRedundantStorage = false
param scale = { instancesMax: 40, httpInstancesReady: 0, requestsAtOnce: 32 }
param logRetentionDays = 30
param logGigabytesMax = 2
param alertEmails = ['integrations@theonestack.example']
param monthlyBudget = 200
param budgetFrom = '2026-12-01'
param busPrincipalId = '33333333-3333-3333-3333-333333333333'
param officerId = '44444444-4444-4444-4444-444444444444'
param officerType = 'Group'
param dataOfficerIds = []
