// For whoever works on the suite: the least that runs, and nothing that costs while nobody uses it but what docs/deployment.md lists.
using '../main.bicep'

param environmentName = 'dev'
param location = 'westeurope'
param stage = 'dev'
param domain = 'dev.theonestack.example'
param settings = {
  HUB_URL: 'https://hub.dev.theonestack.example'
  OPERATOR_ISSUER: 'https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0'
  OPERATOR_AUDIENCE: '22222222-2222-2222-2222-222222222222'
  OPERATOR_JWKS_URL: 'https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/discovery/v2.0/keys'
}
param optionalSecrets = []
param models = []
param edge = 'none'
param hostNames = {}
param messaging = 'Standard'
param privateNetworking = false
param accessFrom = []
param orchestrations = 'storage'
param zoneRedundantApps = false
param zoneRedundantStorage = false
param scale = { instancesMax: 40, httpInstancesReady: 0, requestsAtOnce: 32 }
param logRetentionDays = 30
param logGigabytesMax = 1
param alertEmails = []
param monthlyBudget = 50
param budgetFrom = '2026-12-01'
param busPrincipalId = ''
param officerId = ''
param officerType = 'Group'
param dataOfficerIds = []
