// What the committed parameters do not show, and has to come out right: names with hyphens, real values, a way into the private network.
import * as z from 'zod'
import { type Change, all, given, realSubscription, setting } from './changes.ts'
import type { Workplace } from './workplace.ts'

const Evaluated = z.object({
  resources: z.array(
    z.object({ type: z.string(), name: z.string(), properties: z.record(z.string(), z.unknown()).optional() }),
  ),
})
type Resource = z.infer<typeof Evaluated>['resources'][number]

type Variant = {
  readonly what: string
  readonly file: string
  readonly change: Change
  readonly subscriptionId?: string
  /** Whatever is wrong with what comes out. */
  readonly faults: (resources: readonly Resource[]) => readonly string[]
}

const dev = 'infra/parameters/dev.bicepparam'
const production = 'infra/parameters/production.bicepparam'

/** Dashed names that Azure takes in many types, but not with two hyphens together. */
const twoHyphens = (resources: readonly Resource[]): readonly string[] =>
  resources.flatMap(({ type, name }) => (name.includes('--') ? [`${type} ${name} has two hyphens together.`] : []))

const directory = '5f0c2a4e-7d19-4b83-8a6c-0e9b7d3f1c52'
const office = '203.0.113.7'
const opened = new Set(['Microsoft.KeyVault/vaults', 'Microsoft.Storage/storageAccounts'])

/** Tables and key vaults let in the office alone; the storage of the hosts, the models and the bus let in nobody. */
const waysIn = (resources: readonly Resource[]): readonly string[] =>
  resources
    .filter(({ properties = {} }) => 'publicNetworkAccess' in properties && !('serverFarmId' in properties))
    .flatMap(({ type, name, properties = {} }) => {
      const { publicNetworkAccess, networkAcls } = properties
      const isOpened = opened.has(type) && (type.includes('KeyVault') || name.startsWith('stdata'))
      const acls = JSON.stringify(networkAcls ?? {})
      const isOpen = publicNetworkAccess === 'Enabled'
      const letsIn = [...acls.matchAll(/"value":"([^"]*)"/g)].map(([, range]) => range)
      const isRight =
        isOpen === isOpened &&
        (!isOpened || (acls.includes('"defaultAction":"Deny"') && letsIn.length === 1 && letsIn[0] === office))
      return isRight ? [] : [`${name}: public access is ${String(publicNetworkAccess)}, with ${acls}.`]
    })

const variants: readonly Variant[] = [
  {
    what: 'a name whose hyphen is where key vaults cut it off',
    file: dev,
    change: given('environmentName', "'abcdefghijk-lm-n'"),
    faults: twoHyphens,
  },
  {
    what: 'values of one\u2019s own in a subscription of one\u2019s own',
    file: dev,
    change: all(
      given('domain', "'msp-tools.net'"),
      setting('HUB_URL', "'https://hub.msp-tools.net'"),
      setting('OPERATOR_ISSUER', `'https://login.microsoftonline.com/${directory}/v2.0'`),
      setting('OPERATOR_JWKS_URL', `'https://login.microsoftonline.com/${directory}/discovery/v2.0/keys'`),
      setting('OPERATOR_AUDIENCE', "'c81d4e2e-bcf2-41e6-869b-7df92533d2db'"),
    ),
    subscriptionId: realSubscription,
    faults: (resources) => (resources.length > 100 ? [] : ['Hardly anything comes out.']),
  },
  {
    what: 'a way into the private network',
    file: production,
    change: all(
      given('privateNetworking', 'true'),
      given('messaging', "'Premium'"),
      given('accessFrom', `['${office}']`),
    ),
    faults: waysIn,
  },
]

/** @returns what was refused, or came out wrong */
export const checkVariants = (place: Workplace): readonly string[] =>
  variants.flatMap(({ what, file, change, subscriptionId, faults }) => {
    const before = place.read(file)
    place.write(file, change(before))
    try {
      const { resources } = Evaluated.parse(JSON.parse(place.snapshot(file, subscriptionId)))
      return faults(resources).map((fault) => `${what}: ${fault}`)
    } catch (error) {
      return [`${what} is refused: ${error instanceof Error ? error.message : String(error)}`]
    } finally {
      place.write(file, before)
    }
  })
