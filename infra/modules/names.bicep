// What everything is called. Azure gives most names once in the world: a token of the subscription tells them apart.

@export()
func namesOf(env string, token string) suiteNames => {
  group: 'rg-integrations-${env}'
  workspace: 'log-${env}-${token}'
  insights: 'appi-${env}-${token}'
  data: 'stdata${token}'
  bus: 'sb-${env}-${token}'
  // No hyphen of the name may end up beside one of these: key vaults refuse two together.
  vault: 'kv-${take(replace(env, '-', ''), 12)}-${token}'
  tenantVault: 'kt-${take(replace(env, '-', ''), 12)}-${token}'
  models: 'ai-${env}-${token}'
  scheduler: 'dts-${env}-${token}'
  network: 'vnet-${env}-${token}'
  edge: 'afd-${env}-${token}'
  firewall: 'waf${replace(env, '-', '')}${token}'
}

@export()
type suiteNames = {
  group: string
  workspace: string
  insights: string
  data: string
  bus: string
  vault: string
  tenantVault: string
  models: string
  scheduler: string
  network: string
  edge: string
  firewall: string
}

@export()
func siteName(app string, token string) string => 'func-${app}-${token}'

@export()
func siteHost(app string, token string) string => '${siteName(app, token)}.azurewebsites.net'

@export()
@description('Of the storage of its host.')
func hostAccountName(app string, token string) string =>
  take('st${token}${replace(replace(app, 'theone', ''), '-', '')}', 24)

@export()
@description('Of the identity of an app.')
func identityName(app string, env string) string => 'id-${app}-${env}'
