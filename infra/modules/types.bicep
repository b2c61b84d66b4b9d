// Shapes that several modules are given.

@export()
@description('Texts by name: tags, settings.')
type texts = { *: string }

@export()
@description('An app as infra/suite.json has it (infra/description/suite.ts).')
type describedApp = {
  name: string
  product: string
  publicUrl: string
  place: string
  settings: string[]
  queues: { receivesFrom: string[], sendsTo: string[] }
  subscriptions: { topic: string, name: string }[]
  topics: { sendsTo: string[] }
  tables: string[]
  secrets: { reads: string[], readsIfGiven: string[], rotates: string[] }
  tenantKeys: 'none' | 'reads' | 'rotates'
  orchestrations: string[]
  timers: timer[]
  peers: string[]
  models: bool
}

@export()
type timer = {
  name: string
  silentMinutesMax: int
}

@export()
@description('A setting as infra/suite.json has it (infra/description/app-settings.ts).')
type settingKind = {
  kind: 'made' | 'secret' | 'given'
  optional: bool
  secret: string?
  peer: string?
}

@export()
@description('Host names of the products that are theirs, by product.')
type productHostNames = { code: string?, ai: string?, hub: string? }

@export()
@description('A region with Flex Consumption.')
type flexRegion =
  | 'australiaeast'
  | 'australiasoutheast'
  | 'brazilsouth'
  | 'canadacentral'
  | 'centralindia'
  | 'centralus'
  | 'eastasia'
  | 'eastus'
  | 'eastus2'
  | 'francecentral'
  | 'germanywestcentral'
  | 'italynorth'
  | 'japaneast'
  | 'koreacentral'
  | 'northcentralus'
  | 'northeurope'
  | 'norwayeast'
  | 'southafricanorth'
  | 'southcentralus'
  | 'southeastasia'
  | 'southindia'
  | 'spaincentral'
  | 'swedencentral'
  | 'uaenorth'
  | 'uksouth'
  | 'ukwest'
  | 'westcentralus'
  | 'westeurope'
  | 'westus'
  | 'westus2'
  | 'westus3'

@export()
@description('Days that Application Insights keeps: it takes no others.')
type keptDays = 30 | 60 | 90 | 120 | 180 | 270 | 365 | 550 | 730
