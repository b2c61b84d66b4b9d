// Devices from a seed: what they are, what RMM and Defend say of them, what CMDB has already, and what should become of each field.
import type { ReadCmdbAssetFields } from '../../shared/peers/cmdb/enrichment-client.ts'
import type { CmdbField } from '../../shared/peers/cmdb/enrichment-contract.ts'
import type { ReadDefendDeviceView } from '../../shared/peers/defend/view-client.ts'
import type { ReadRmmDevice } from '../../shared/peers/rmm/client.ts'
import { type Random, randomOf } from '../random.ts'

export const readAt = new Date('2026-11-16T02:10:00.000Z')
const dayMs = 86_400_000

/** The same in the words of RMM, and in other words that say no other thing. */
type Said = readonly [exact: string, ...others: string[]]

const systems: readonly Said[] = [
  ['Microsoft Windows 11 Pro', 'Windows 11 Pro', 'Windows 11'],
  ['Microsoft Windows Server 2022 Standard', 'Windows Server 2022', 'windows server 2022 standard'],
  ['Microsoft Windows Server 2019 Datacenter', 'Windows Server 2019'],
  ['Ubuntu 24.04.1 LTS', 'Ubuntu 24.04', 'Ubuntu Linux 24.04'],
  ['macOS 15.1 Sequoia', 'macOS 15.1', 'macOS'],
  ['Debian GNU/Linux 12', 'Debian 12'],
]
const makers: readonly Said[] = [
  ['Dell Inc.', 'Dell', 'dell inc'],
  ['LENOVO', 'Lenovo'],
  ['HP', 'Hewlett-Packard'],
]
const models: readonly Said[] = [
  ['Latitude 5540', 'latitude 5540'],
  ['ThinkPad T14 Gen 4', 'Thinkpad T14 Gen4'],
  ['ProLiant DL360', 'Proliant DL-360'],
]
/** What a firmware says that nobody has filled in. */
const blanks = [
  'To be filled by O.E.M.',
  'System Serial Number',
  'Default string',
  'Not Specified',
  '0000000000',
  'None',
]

type Fate =
  /** It is so, and nobody wrote anything. */
  | { readonly kind: 'write'; readonly value: string }
  /** Somebody has to look. */
  | { readonly kind: 'propose' }
  /** There is nothing to tell anybody. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'either' }

export type AssetCase = {
  readonly fields: ReadCmdbAssetFields['fields']
  readonly rmm: readonly ReadRmmDevice[]
  readonly defend: readonly ReadDefendDeviceView[]
  readonly gold: ReadonlyMap<CmdbField, Fate>
  /** Fields of which the products contradict each other. */
  readonly contradicted: readonly CmdbField[]
}

type Truth = {
  readonly system: Said
  readonly maker: Said
  readonly model: Said
  readonly serial: Said
  readonly memory: Said
}

const truthOf = (random: Random): Truth => {
  const serial = `SN-${random.between(10_000, 99_999)}-${random.pick(['A', 'B', 'C'])}`
  const memory = String(random.pick([8, 16, 32, 64]))
  return {
    system: random.pick(systems),
    maker: random.pick(makers),
    model: random.pick(models),
    serial: [serial, serial.toLowerCase().replaceAll('-', ' ')],
    memory: [memory, `${memory} GB`],
  }
}

const seenAgo = (days: number): string => new Date(readAt.getTime() - days * dayMs).toISOString()

export const assetCaseOf = (seed: number): AssetCase => {
  const random = randomOf(seed)
  const truth = truthOf(random)
  const rmmAgo = random.chance(0.15) ? random.between(31, 200) : random.chance(0.05) ? -400 : random.between(0, 20)
  const defendAgo = random.chance(0.1) ? random.between(31, 90) : random.between(0, 20)
  const isContradicted = random.chance(0.15)
  const isBlank = random.chance(0.12)
  // In both products two devices may say that they are this asset: one of them is another of the same name.
  const [rmmTwice, defendTwice] = [random.chance(0.08), random.chance(0.05)]
  const [hasRmm, hasDefend] = [random.chance(0.92), random.chance(0.75)]
  const otherSystem = random.pick(systems.filter((one) => one !== truth.system))
  const rmmSays = { ...truth, serial: isBlank ? ([random.pick(blanks)] as const) : truth.serial }
  const rmmOne = rmmDevice(rmmSays, rmmAgo)
  const defendOne = defendDevice(isContradicted ? random.pick(otherSystem) : random.pick(truth.system), defendAgo)
  const rmm = hasRmm ? (rmmTwice ? [rmmOne, rmmDevice(truthOf(random), 1)] : [rmmOne]) : []
  const defend = hasDefend ? (defendTwice ? [defendOne, defendDevice(random.pick(otherSystem), 1)] : [defendOne]) : []
  const heard = { rmm: rmm.length === 1 ? rmmAgo : undefined, defend: defend.length === 1 ? defendAgo : undefined }
  const fields: { field: CmdbField; value: string; origin: 'person' | 'enrichment' | 'unknown' }[] = []
  const gold = new Map<CmdbField, Fate>()
  const said: readonly (readonly [CmdbField, Said])[] = [
    ['operatingSystem', truth.system],
    ['manufacturer', truth.maker],
    ['model', truth.model],
    ['serialNumber', truth.serial],
    ['memoryGb', truth.memory],
  ]
  for (const [field, words] of said) {
    const known = knownOf(random, field, words)
    if (known) fields.push(known)
    const isBlankField = field === 'serialNumber' && isBlank
    gold.set(
      field,
      fateOf({
        words,
        known,
        isBlank: isBlankField,
        isContradicted: field === 'operatingSystem' && isContradicted,
        heard,
        field,
        defendSays: defendOne.operatingSystem ?? '',
      }),
    )
  }
  gold.set('lastSeenAt', lastSeenFate(heard))
  const both = heard.rmm !== undefined && heard.defend !== undefined
  return { fields, rmm, defend, gold, contradicted: isContradicted && both ? ['operatingSystem'] : [] }
}

const knownOf = (random: Random, field: CmdbField, [exact, ...others]: Said) => {
  if (random.chance(0.55)) return undefined
  const isSame = random.chance(0.5)
  const value = isSame ? random.pick([exact, ...others]) : `another ${field}`
  return { field, value, origin: random.pick(['person', 'person', 'unknown', 'enrichment'] as const), isSame }
}

type Question = {
  readonly field: CmdbField
  readonly words: Said
  readonly known: { readonly origin: string; readonly value: string; readonly isSame: boolean } | undefined
  readonly isBlank: boolean
  readonly isContradicted: boolean
  readonly heard: { readonly rmm: number | undefined; readonly defend: number | undefined }
  readonly defendSays: string
}

const fateOf = ({ field, words, known, isBlank, isContradicted, heard, defendSays }: Question): Fate => {
  const isRmmHeard = heard.rmm !== undefined && !isBlank
  const isDefendHeard = field === 'operatingSystem' && heard.defend !== undefined
  if (!isRmmHeard && !isDefendHeard) return { kind: 'leave' }
  const isKept = known !== undefined && known.origin !== 'enrichment'
  if (isKept) return known.isSame && !isContradicted ? { kind: 'leave' } : { kind: 'propose' }
  if (isContradicted && isRmmHeard && isDefendHeard) return { kind: 'propose' }
  const isFresh = (ago: number | undefined): boolean => ago !== undefined && ago >= 0 && ago <= 30
  // An earlier enrichment wrote the same in other words: to leave it and to write it anew are equally good.
  if (known?.isSame === true) return { kind: 'either' }
  const value = isRmmHeard ? words[0] : defendSays
  if (isRmmHeard ? isFresh(heard.rmm) || (isDefendHeard && isFresh(heard.defend)) : isFresh(heard.defend))
    return { kind: 'write', value }
  return { kind: 'propose' }
}

/** What is seen in the future is no time at which it was seen. */
const lastSeenFate = ({ rmm, defend }: Question['heard']): Fate => {
  const times = [rmm, defend].filter((ago) => ago !== undefined && ago >= 0)
  return times.length === 0 ? { kind: 'leave' } : { kind: 'write', value: seenAgo(Math.min(...(times as number[]))) }
}

const rmmDevice = ({ system, maker, model, serial, memory }: Truth, ago: number): ReadRmmDevice => ({
  id: 'device-1',
  name: 'ws-12',
  operatingSystem: system[0],
  manufacturer: maker[0],
  model: model[0],
  serialNumber: serial[0],
  memoryGb: Number(memory[0]),
  lastSeenAt: seenAgo(ago),
  url: 'https://rmm.example/devices/device-1',
})

const defendDevice = (operatingSystem: string, ago: number): ReadDefendDeviceView => ({
  id: 'sensor-1',
  hostname: 'ws-12',
  operatingSystem,
  lastSeenAt: seenAgo(ago),
  url: 'https://defend.example/devices/sensor-1',
})
