// Compares a scan for secrets with the one before, and publishes each secret that is new (CODE-8).
//
// A transaction holds 100 operations, a scan up to 2,000 new secrets: they are published in several commits, each of which also writes
// down what has been announced, and the last one makes the scan the latest. Whoever comes after a crash, or at the same time, goes on
// from there. Event ids follow from what is announced, so that the bus drops what slips through all the same.
import { sha256 } from '../../../shared/auth/digest.ts'
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import type { CloudEvent } from '../../../shared/bus/cloud-event.ts'
import { newEvent } from '../../../shared/bus/event.ts'
import { AppError } from '../../../shared/errors.ts'
import { canonicalJson } from '../../../shared/http/canonical-json.ts'
import { refuseAhead } from '../../../shared/schema/time.ts'
import type { Operation } from '../../../shared/store/operation.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { Row } from '../../../shared/store/store.ts'
import type { ScanDraft, ScanReport } from './contract.ts'
import { requireRepository } from './known-repository.ts'
import { type Sources, commitSources, openSources, refuseReuse } from './source-change.ts'
import type { ScanState } from './source-table.ts'

export type Scan = ScanDraft & { readonly repositoryId: string; readonly scanId: string }

/** Leaves room for the rows of the scan itself. */
const eventsPerCommit = 90

/** What several scans that died half-way have announced; the bus knows those that fall out. */
const announcedMax = 4_000

/** Beyond two steps for each commit: others who record scans of the same repository at the same time. */
const disturbancesMax = 10

/**
 * Repeating a scan answers the same and publishes nothing more. One that is older than the latest is remembered as seen.
 * @throws AppError `validation-failed` for one in the future, `idempotency-key-reused` for a known id with another content,
 * `conflict` when others recorded scans of the same repository all the time, and as `requireRepository` does
 */
export const recordScan = async (sources: Sources, scan: Scan): Promise<ScanReport> => {
  refuseFuture(sources, scan)
  const progress: Progress = { isBusAway: false }
  const stepsMax = 2 * Math.ceil(scan.secrets.length / eventsPerCommit) + disturbancesMax
  for (let step = 1; step <= stepsMax; step += 1) {
    const report = await retryOnConflict(() => takeStep(sources, scan, progress))
    if (report) return report
  }
  throw new AppError('conflict', 'Other scans of the repository were recorded at the same time. Send this one again.')
}

/** It would be the latest until its time comes, and every real scan would count as older. */
const refuseFuture = ({ now }: Sources, { completedAt }: Scan): void => {
  refuseAhead('body.completedAt', completedAt, now())
}

type Progress = { isBusAway: boolean }

/** One commit, decided by what is stored now. The report once there is nothing left to do. */
const takeStep = async (sources: Sources, scan: Scan, progress: Progress): Promise<ScanReport | undefined> => {
  const { tenantId } = sources
  const { repositoryId, scanId } = scan
  const rows = openSources(sources)
  const digest = digestOf(scan)
  const [seen, state] = await Promise.all([
    rows.scan.get({ tenantId, repositoryId, scanId }),
    rows.scanState.get({ tenantId, repositoryId }),
  ])
  if (seen) {
    if (seen.value.digest !== digest) refuseReuse('The scan')
    return { newSecrets: seen.value.newSecrets, comparedWith: seen.value.comparedWith }
  }
  await requireRepository(sources, scan)
  const latest = state?.value.latest
  if (latest && Date.parse(scan.completedAt) < Date.parse(latest.completedAt)) {
    const report = { newSecrets: 0, comparedWith: null }
    await rows.scan.insert({ tenantId, repositoryId, scanId, digest, ...report })
    return report
  }
  const fresh = without(scan.secrets, latest?.fingerprints ?? [])
  const announced = state?.value.announced ?? []
  const left = without(fresh, announced)
  const events = left.slice(0, eventsPerCommit).map((secret) => eventOf(sources, scan, latest?.scanId, secret))
  if (left.length > eventsPerCommit) {
    const added = left.slice(0, eventsPerCommit).map(({ fingerprint }) => fingerprint)
    const next = { tenantId, repositoryId, ...(latest && { latest }), announced: [...announced, ...added] }
    await commit(sources, [stateChange(sources, state, next)], events, progress)
    return undefined
  }
  const report = { newSecrets: fresh.length, comparedWith: latest?.scanId ?? null }
  const fingerprints = scan.secrets.map(({ fingerprint }) => fingerprint)
  const next = { scanId, completedAt: scan.completedAt, fingerprints }
  const operations = [
    rows.scan.toInsert({ tenantId, repositoryId, scanId, digest, ...report }),
    stateChange(sources, state, { tenantId, repositoryId, latest: next, announced: [] }),
  ]
  await commit(sources, operations, events, progress)
  return report
}

type Secret = Scan['secrets'][number]

const without = (secrets: readonly Secret[], fingerprints: readonly string[]): readonly Secret[] => {
  const known = new Set(fingerprints)
  return secrets.filter(({ fingerprint }) => !known.has(fingerprint))
}

/** In whatever order the secrets were listed. */
const digestOf = ({ organizationId, completedAt, secrets }: Scan): string =>
  sha256(
    canonicalJson({
      organizationId,
      completedAt,
      secrets: secrets.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)),
    }),
  )

/** Held to the state that was read: of two at once, one begins again. */
const stateChange = (sources: Sources, before: Row<ScanState> | undefined, next: ScanState): Operation => {
  const { scanState } = openSources(sources)
  const value = { ...next, announced: next.announced.slice(-announcedMax) }
  return before ? scanState.toUpdate(before, value) : scanState.toInsert(value)
}

const eventOf = (
  { tenantId, now }: Sources,
  { repositoryId, organizationId }: Scan,
  scanBefore: string | undefined,
  { fingerprint, secretType, severity }: Secret,
): CloudEvent =>
  newEvent({
    type: 'code.security.new_secret_detected',
    id: plainDigest(JSON.stringify([tenantId, repositoryId, scanBefore ?? null, fingerprint]), 'new-secret'),
    tenantId,
    subject: fingerprint,
    data: { repo_id: repositoryId, org_id: organizationId, secret_type: secretType, severity },
    now: now(),
  })

/** Once the bus was away, the sweep publishes the rest: waiting for it anew with every commit would take minutes. */
const commit = async (
  sources: Sources,
  operations: readonly Operation[],
  events: readonly CloudEvent[],
  progress: Progress,
): Promise<void> => {
  const publish = progress.isBusAway ? 'later' : 'in-any-order'
  const { isPublished } = await commitSources(sources, operations, events, publish)
  if (!isPublished) progress.isBusAway = true
}
