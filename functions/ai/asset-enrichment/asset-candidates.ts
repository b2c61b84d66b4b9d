// What other products know of an asset, as values with the record that they stand in. How sure each is follows from where it stands.
import type { FieldCandidate } from '../../../shared/enrichment/decision.ts'
import type { ReadCmdbAsset } from '../../../shared/peers/cmdb/answers.ts'
import type { ReadCmdbAssetFields } from '../../../shared/peers/cmdb/enrichment-client.ts'
import type { CmdbField, CmdbProvenance } from '../../../shared/peers/cmdb/enrichment-contract.ts'
import type { ReadDefendDeviceView } from '../../../shared/peers/defend/view-client.ts'
import type { ReadRmmDevice } from '../../../shared/peers/rmm/client.ts'
import { redactSecrets } from '../../../shared/text/secret-redaction.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'

export type AssetCandidate = FieldCandidate<CmdbField, CmdbProvenance>

/**
 * - `inventory`: an agent on the device measured it, or it is the product's own matter
 * - `seen`: the product knows it beside its own matter
 * - `stale`: the device was not seen for `staleDays`: somebody may have it rebuilt since
 * - `byName`: nothing but the same name speaks for it
 */
export const confidences = { inventory: 0.95, seen: 0.85, stale: 0.6, byName: 0.6 } as const
const staleDays = 30
const dayMs = 86_400_000

type Said = readonly [field: CmdbField, member: string, value: string | undefined, confidence?: number]

type Source = Pick<CmdbProvenance, 'product' | 'recordId'> & { readonly readAt: Date }

const candidatesOf = ({ product, recordId, readAt }: Source, said: readonly Said[], usual: number): AssetCandidate[] =>
  said.flatMap(([field, member, text, confidence = usual]) => {
    const value = shorten(redactSecrets(text ?? '').trim(), 1_000)
    if (value === '' || (ofFirmware.has(field) && isBlank(value))) return []
    const provenance = { product, recordId, member, readAt: readAt.toISOString() }
    return [{ id: `${product}.${recordId}.${field}`, field, value, confidence, provenance }]
  })

const ofFirmware: ReadonlySet<CmdbField> = new Set(['manufacturer', 'model', 'serialNumber', 'processor'])

/** What firmware says where the maker has filled in nothing. */
const blanks = new Set(
  `to be filled by o.e.m.|to be filled by oem|system serial number|system manufacturer|system product name|system version|base board serial number
  |chassis serial number|default string|not specified|not available|not applicable|none|null|n/a|unknown|invalid|o.e.m.|oem`
    .split('|')
    .map((one) => one.trim()),
)

const isBlank = (value: string): boolean => blanks.has(value.toLowerCase()) || /^[0x.\s-]+$/i.test(value)

export const rmmCandidates = (device: ReadRmmDevice, readAt: Date): readonly AssetCandidate[] => {
  const usual = isStale(device.lastSeenAt, readAt) ? confidences.stale : confidences.inventory
  const said: readonly Said[] = [
    ['operatingSystem', 'operatingSystem', device.operatingSystem],
    ['operatingSystemVersion', 'operatingSystemVersion', device.operatingSystemVersion],
    ['manufacturer', 'manufacturer', device.manufacturer],
    ['model', 'model', device.model],
    ['serialNumber', 'serialNumber', device.serialNumber],
    ['processor', 'processor', device.processor],
    ['memoryGb', 'memoryGb', device.memoryGb === undefined ? undefined : String(device.memoryGb)],
    ['patchState', 'patches', patchState(device.patches)],
    ['lastSeenAt', 'lastSeenAt', pastOf(device.lastSeenAt, readAt), confidences.inventory],
  ]
  return candidatesOf({ product: 'rmm', recordId: device.id, readAt }, said, usual)
}

export const defendCandidates = (device: ReadDefendDeviceView, readAt: Date): readonly AssetCandidate[] => {
  const isOld = isStale(device.lastSeenAt, readAt)
  const said: readonly Said[] = [
    ['operatingSystem', 'operatingSystem', device.operatingSystem, isOld ? confidences.stale : confidences.seen],
    ['lastSeenAt', 'lastSeenAt', pastOf(device.lastSeenAt, readAt)],
    ['exposure', 'openDetections', exposure(device.openDetections)],
  ]
  return candidatesOf({ product: 'defend', recordId: device.id, readAt }, said, confidences.inventory)
}

/** Software that a person has entered: what The One Code says of its repository. */
export const repositoryCandidates = (asset: ReadCmdbAsset, readAt: Date): readonly AssetCandidate[] => {
  const { repositoryUrl, techStack, hostingPlatform, dataClassification, lastCommitAt } = asset.attributes ?? {}
  const said: readonly Said[] = [
    ['repositoryUrl', 'repositoryUrl', repositoryUrl],
    ['technologies', 'techStack', techStack?.join(', ')],
    ['hostedOn', 'hostingPlatform', hostingPlatform],
    ['dataClassification', 'dataClassification', dataClassification],
    ['lastCommitAt', 'lastCommitAt', lastCommitAt],
  ]
  return candidatesOf({ product: 'code', recordId: asset.externalReference, readAt }, said, confidences.inventory)
}

/** Applications of The One Code that name the device as their hosting platform: only a name, so a person decides. */
export const applicationCandidates = (
  { applications = [] }: ReadCmdbAssetFields,
  readAt: Date,
): readonly AssetCandidate[] => {
  const all = applications
    .map(({ name }) => name)
    .toSorted((one, other) => one.localeCompare(other, 'en'))
    .join(', ')
  return applications.flatMap(({ externalReference }) =>
    candidatesOf(
      { product: 'code', recordId: externalReference, readAt },
      [['hostedApplications', 'hostingPlatform', all]],
      confidences.byName,
    ),
  )
}

const isStale = (lastSeenAt: string | undefined, now: Date): boolean => {
  const past = pastOf(lastSeenAt, now)
  return past === undefined || now.getTime() - Date.parse(past) > staleDays * dayMs
}

/** A clock that is ahead of the suite's by more than a day says nothing of when it was. */
const pastOf = (time: string | undefined, now: Date): string | undefined =>
  time !== undefined && Date.parse(time) - now.getTime() > dayMs ? undefined : time

const patchState = (patches: ReadRmmDevice['patches']): string | undefined => {
  if (!patches) return undefined
  const { status, missing } = patches
  if (status === 'up_to_date') return 'up to date'
  if (status === 'failed') return 'the last installation failed'
  if (status !== 'missing') return undefined
  const worst = worstOf(
    ['critical', 'important', 'moderate', 'low'],
    missing.map(({ severity }) => severity),
  )
  return worst === undefined ? 'patches are missing' : `${missing.length} missing, the most severe is ${worst}`
}

const exposure = (detections: ReadDefendDeviceView['openDetections']): string | undefined => {
  if (!detections) return undefined
  if (detections.length === 0) return 'none'
  const worst = worstOf(
    ['critical', 'high', 'medium', 'low'],
    detections.map(({ severity }) => severity),
  )
  if (worst === undefined) return undefined
  return `${worst}: ${detections.length === 1 ? 'one open detection' : `${detections.length} open detections`}`
}

const worstOf = (order: readonly string[], severities: readonly string[]): string | undefined =>
  order.find((severity) => severities.includes(severity))
