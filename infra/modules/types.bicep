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
