// What `azd up` deploys: an environment as dev, with the name and the region that azd asks for. Whatever else is not as in dev is said with
// `azd env set <NAME> <value>`.
using 'main.bicep'

var directory = readEnvironmentVariable('SUITE_OPERATOR_DIRECTORY', '00000000-0000-0000-0000-000000000000')

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param stage = readEnvironmentVariable('SUITE_STAGE', 'dev')
param domain = readEnvironmentVariable('SUITE_DOMAIN', 'dev.theonestack.example')
param settings = {
  HUB_URL: readEnvironmentVariable('HUB_URL', 'https://hub.${domain}')
  OPERATOR_ISSUER: 'https://login.microsoftonline.com/${directory}/v2.0'
  OPERATOR_AUDIENCE: readEnvironmentVariable('SUITE_OPERATOR_AUDIENCE', '00000000-0000-0000-0000-000000000000')
  OPERATOR_JWKS_URL: 'https://login.microsoftonline.com/${directory}/discovery/v2.0/keys'
}
param optionalSecrets = []
param models = []
param edge = readEnvironmentVariable('SUITE_EDGE', 'none')
param hostNames = {}
param messaging = 'Standard'
param privateNetworking = bool(readEnvironmentVariable('SUITE_PRIVATE_NETWORKING', 'false'))
param accessFrom = filter(split(readEnvironmentVariable('SUITE_ACCESS_FROM', ''), ','), range => !empty(range))
param orchestrations = readEnvironmentVariable('SUITE_ORCHESTRATIONS', 'storage')
param zoneRedundantApps = false
param zoneRedundantStorage = false
param scale = { instancesMax: 40, httpInstancesReady: 0, requestsAtOnce: 32 }
param logRetentionDays = 30
param logGigabytesMax = 1
param alertEmails = []
param monthlyBudget = 50
param budgetFrom = '2026-12-01'
param busPrincipalId = readEnvironmentVariable('SUITE_BUS_PRINCIPAL_ID', '')
param officerId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param officerType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')
param dataOfficerIds = filter(split(readEnvironmentVariable('SUITE_DATA_OFFICER_IDS', ''), ','), id => !empty(id))
