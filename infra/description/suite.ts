// What the deployment has to know of the suite, app by app: `infra/suite.json`, which the Bicep files loop over.
import { functionApps } from '../../functions/apps/all.ts'
import type { FunctionApp } from '../../functions/apps/function-app.ts'
import { tables } from '../../functions/apps/tables.ts'
import { type PublicProductInfo, publicProducts } from '../../shared/http/public-product.ts'
import { peerNames, peers } from '../../shared/peers/peers.ts'
import type { Definition } from '../../shared/triggers/register.ts'
import { type SettingKind, givenSettings, readsTenantKeys, secretNameOf, settingKinds } from './app-settings.ts'
import { tablesOf } from './app-tables.ts'
import { silentMinutesMax } from './timer-silence.ts'
import entities from '../../shared/bus/entities.json' with { type: 'json' }

export type DescribedApp = {
  readonly name: string
  readonly product: string
  /** Setting with the address that browsers know; empty where the app has none of its own. */
  readonly publicUrl: string
  /** Below `/api/`: the first segments of all its routes. */
  readonly place: string
  readonly settings: readonly string[]
  readonly queues: { readonly receivesFrom: readonly string[]; readonly sendsTo: readonly string[] }
  /** Whose dead letters it takes out. */
  readonly subscriptions: readonly { readonly topic: string; readonly name: string }[]
  readonly topics: { readonly sendsTo: readonly string[] }
  readonly tables: readonly string[]
  /** By their names in the vault. `readsIfGiven`: of settings that may be left out. */
  readonly secrets: {
    readonly reads: readonly string[]
    readonly readsIfGiven: readonly string[]
    readonly rotates: readonly string[]
  }
  /** Keys of organizations. */
  readonly tenantKeys: 'reads' | 'rotates' | 'none'
  readonly orchestrations: readonly string[]
  readonly timers: readonly { readonly name: string; readonly silentMinutesMax: number }[]
  readonly peers: readonly string[]
  readonly models: boolean
}

export type Suite = {
  readonly apps: readonly DescribedApp[]
  readonly settings: Readonly<Record<string, SettingKind>>
  readonly tables: readonly string[]
}

export const describeSuite = async (): Promise<Suite> => {
  const received = functionApps.flatMap(receivedBy)
  const apps = await Promise.all(functionApps.map((app) => describeApp(app, received)))
  return { apps, settings: settingKinds(), tables: tables.map(({ name }) => name) }
}

const describeApp = async (app: FunctionApp, allQueues: readonly string[]): Promise<DescribedApp> => {
  const { name, definitions } = app
  const settings = givenSettings(app)
  const receivesFrom = receivedBy(app)
  const called = peerNames.filter((peer) => settings.includes(peers[peer].url))
  return {
    name,
    ...placeOf(app),
    settings,
    queues: { receivesFrom, sendsTo: sorted([...receivesFrom, ...sentTo(definitions, allQueues)]) },
    subscriptions: forwardedTo(definitions),
    // Events leave by the API of The One Bus, which alone publishes to the topic.
    topics: { sendsTo: [] },
    tables: await tablesOf(
      name,
      tables.map((table) => table.name),
    ),
    secrets: secretsOf(definitions, settings),
    tenantKeys: definitions.some(({ uses }) => uses?.rotatesKeys ?? uses?.makesKeys)
      ? 'rotates'
      : readsTenantKeys(settings)
        ? 'reads'
        : 'none',
    orchestrations: sorted(named(definitions, 'orchestration')),
    timers: definitions.flatMap((definition) =>
      definition.kind === 'timer'
        ? [{ name: definition.name, silentMinutesMax: silentMinutesMax(definition.schedule) }]
        : [],
    ),
    peers: called,
    models: definitions.some(({ uses }) => uses?.models),
  }
}

/** Health says it: every app has it below the first segments of its routes. */
const placeOf = ({ name, definitions }: FunctionApp): Pick<DescribedApp, 'product' | 'publicUrl' | 'place'> => {
  const route = definitions.flatMap((definition) => (definition.kind === 'http' ? [definition.route] : []))
  const ready = route.find((found) => found.endsWith('/health/ready'))
  if (ready === undefined) throw new Error(`${name} has no health/ready. Make it with apiApp or backgroundApp.`)
  const place = ready.slice(0, -'/health/ready'.length)
  const [product = ''] = place.split('/')
  const facts = Object.entries<PublicProductInfo>(publicProducts).find(([slug]) => slug === product)?.[1]
  return { product, publicUrl: place === product ? (facts?.publicUrl ?? '') : '', place }
}

const receivedBy = ({ definitions }: FunctionApp): readonly string[] =>
  sorted(
    definitions.flatMap((definition) =>
      definition.kind === 'subscriber' || definition.kind === 'command' ? [definition.queue] : [],
    ),
  )

/** A subscription forwards to the queue of its own name. @throws Error for a subscriber's queue that none forwards to */
const forwardedTo = (definitions: readonly Definition[]): DescribedApp['subscriptions'] =>
  sorted(definitions.flatMap((definition) => (definition.kind === 'subscriber' ? [definition.queue] : []))).map(
    (queue) => {
      const topic = entities.topics.find(({ subscriptions }) => subscriptions.some(({ name }) => name === queue))
      if (!topic) throw new Error(`No subscription of shared/bus/entities.json forwards to the queue "${queue}".`)
      return { topic: topic.name, name: queue }
    },
  )

const sentTo = (definitions: readonly Definition[], allQueues: readonly string[]): readonly string[] =>
  definitions.flatMap(({ uses }) => (uses?.sendsTo === 'every queue' ? allQueues : (uses?.sendsTo ?? [])))

const secretsOf = (definitions: readonly Definition[], settings: readonly string[]): DescribedApp['secrets'] => {
  const kinds = settingKinds()
  const uses = definitions.flatMap((definition) => Object.entries(definition.uses?.secrets ?? {}))
  const used = (how: 'reads' | 'rotates') => uses.flatMap(([name, use]) => (use === how ? [name] : []))
  const ofSettings = (optional: boolean) =>
    settings.filter((name) => kinds[name]?.kind === 'secret' && kinds[name].optional === optional).map(secretNameOf)
  return {
    reads: sorted([...ofSettings(false), ...used('reads')]),
    readsIfGiven: sorted(ofSettings(true)),
    rotates: sorted(used('rotates')),
  }
}

const named = (definitions: readonly Definition[], kind: Definition['kind']): readonly string[] =>
  definitions.flatMap((definition) => (definition.kind === kind ? [definition.name] : []))

const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort()
