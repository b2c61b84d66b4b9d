// Makes CRM opportunities of findings (CODE-4): one for the same finding, however often, at once or half-way it is asked for.
import { sha256 } from '../../../shared/auth/digest.ts'
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import type { Client } from '../../../shared/clients/client-directory.ts'
import { contentOf, differingMembers } from '../../../shared/effects/content.ts'
import type { Begun } from '../../../shared/effects/effect.ts'
import { isMade } from '../../../shared/effects/effect-row.ts'
import { askPeer, refresh } from '../../../shared/effects/last-known.ts'
import { AppError } from '../../../shared/errors.ts'
import type { CrmClient } from '../../../shared/peers/crm/client.ts'
import type { Row, Store } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { resolveSettings } from '../../../shared/tenants/tenant-settings.ts'
import { refuseAhead } from '../../../shared/schema/time.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { findClient } from '../clients/client-mapping.ts'
import type { SignificantFinding } from './contract.ts'
import { draftOf } from './opportunity-draft.ts'
import { opportunityEffect } from './opportunity-effect.ts'
import { type Claim, type Opportunity, opportunityTable } from './opportunity-table.ts'
import { valueOf } from './opportunity-value.ts'

type Opening = {
  readonly store: Store
  readonly crm: () => Promise<CrmClient>
  /** Gives up soon: for what can also be answered without CRM. */
  readonly crmForReading: () => Promise<CrmClient>
  readonly now: () => Date
  readonly tenantId: string
  /** Who asked for it: `user:<id>` or `key:<id>`. */
  readonly openedBy: string
}

type Opened = {
  readonly opportunity: Opportunity
  /** Whether this call made it in CRM. */
  readonly created: boolean
  /** Whether CRM has just told its stage. */
  readonly live: boolean
  /** What differs from what CRM was asked for, and was not taken: members of the finding, and `client` and `value`. */
  readonly ignored: readonly string[]
}

/**
 * Repeating the call finishes what was left undone and makes nothing twice.
 * @throws AppError `validation-failed` when the id is that of another finding, and what CRM fails with
 */
export const openOpportunity = async (opening: Opening, finding: SignificantFinding): Promise<Opened> => {
  refuseAhead('body.detectedAt', finding.detectedAt, opening.now())
  return retryOnConflict(() => openOnce(opening, finding))
}

const openOnce = async (opening: Opening, finding: SignificantFinding): Promise<Opened> => {
  const { store, tenantId } = opening
  const rows = store.open(opportunityTable)
  const fingerprint = fingerprintOf(finding)
  const claim = await rows.claim.get({ tenantId, fingerprint })
  const row = claim && (await rows.opportunity.get({ tenantId, ...claim.value.opportunity }))
  if (row) refuseOtherFinding(row.value, finding)
  const known = row && (await knownOpportunity(opening, row))
  if (known) return { ...known, ignored: await ignoredOf(opening, known.opportunity, finding) }

  const peer = await opening.crm()
  const begun = row ? await goOn(opening, row, finding) : await begin(opening, claim, finding)
  const { value, isNew } = await opportunityEffect.settle({ ...opening, peer }, begun)
  return { opportunity: value, created: isNew, live: true, ignored: await ignoredOf(opening, value, finding) }
}

/** What CRM made before, also while CRM cannot be asked. Undefined when there is still something to do. */
const knownOpportunity = async (
  { store, crmForReading, now, tenantId }: Opening,
  { value, ...row }: Row<Opportunity>,
): Promise<Omit<Opened, 'ignored'> | undefined> => {
  if (!isMade(value)) return undefined
  const live = await askPeer(opportunityEffect, crmForReading, tenantId, [value.made.id])
  if (!live) return { opportunity: value, created: false, live: false }
  const seen = live.get(value.made.id)
  if (!seen) {
    log.warn('code.opportunity.gone', { ref: value.ref, tenantId })
    return undefined
  }
  const opportunity = await refresh(opportunityEffect, { store, now }, { ...row, value }, seen)
  return { opportunity, created: false, live: true }
}

/** The One Code keeps the id of a finding for as long as it is the same one, whatever words it uses. */
const fingerprintOf = ({ findingId }: SignificantFinding): string => sha256(findingId)

/** The same for the same finding of the same tenant, and telling nothing about it. */
const referenceOf = (tenantId: string, fingerprint: string): string =>
  plainDigest(JSON.stringify([tenantId, fingerprint]), 'code-opportunity')

const refuseOtherFinding = ({ type, repository }: Opportunity, finding: SignificantFinding): void => {
  const errors = [
    ...(type === finding.type ? [] : [{ path: 'body.type', message: `must be ${type}, as it was before` }]),
    ...(repository.id === finding.repository.id
      ? []
      : [{ path: 'body.repository.id', message: 'must be the same repository as before' }]),
  ]
  if (errors.length > 0)
    throw new AppError('validation-failed', 'The findingId belongs to another finding, which has an opportunity.', {
      details: { errors },
    })
}

/** Writes opportunity and claim, both or none. Throws `conflict` when somebody else claimed the finding meanwhile. */
const begin = async (
  opening: Opening,
  claim: Row<Claim> | undefined,
  finding: SignificantFinding,
): Promise<Begun<Opportunity>> => {
  const { store, tenantId } = opening
  const rows = store.open(opportunityTable)
  const opportunity = await opportunityFor(opening, finding)
  const { fingerprint, createdAt, ref } = opportunity
  const value = { tenantId, fingerprint, opportunity: { createdAt, ref } }
  return opportunityEffect.begin(opening, opportunity, () =>
    rows.transaction([
      rows.opportunity.toInsert(opportunity),
      // A claim without an opportunity is one whose opportunity was deleted before it.
      claim ? rows.claim.toUpdate(claim, value) : rows.claim.toInsert(value),
    ]),
  )
}

/**
 * What CRM refused, or has no longer, is begun again with what is known now: the reason may have been the company. What was begun and
 * not finished stands as it was begun.
 */
const goOn = async (
  opening: Opening,
  row: Row<Opportunity>,
  finding: SignificantFinding,
): Promise<Begun<Opportunity>> => {
  if (row.value.state === 'begun') return opportunityEffect.resume(opening, row.value)
  const { createdAt } = row.value
  return opportunityEffect.beginAgain(opening, row, { ...(await opportunityFor(opening, finding)), createdAt })
}

/** As it would be begun now, compared with what it was begun with. Once CRM has it, it belongs to the people there. */
const ignoredOf = async (opening: Opening, { content }: Opportunity, finding: SignificantFinding) =>
  differingMembers(content, (await opportunityFor(opening, finding)).content)

const contentFor = (
  finding: SignificantFinding,
  { client, worth: { value } }: { readonly client: Client | undefined; readonly worth: ReturnType<typeof valueOf> },
): Record<string, string> => {
  const { findingId: _, type: _type, repository, detectedAt: _at, ...said } = finding
  return contentOf({ ...said, repository, client: client ?? null, value })
}

const opportunityFor = async (
  { store, tenantId, now, openedBy }: Opening,
  finding: SignificantFinding,
): Promise<Opportunity> => {
  const fingerprint = fingerprintOf(finding)
  const ref = referenceOf(tenantId, fingerprint)
  const client = await findClient(store, tenantId, finding.repository)
  const { hourlyRate } = await resolveSettings(store, tenantId, client?.clientId)
  const worth = valueOf(finding.effortHours, hourlyRate)
  const draft = draftOf(finding, { ref, client, ...worth, hourlyRate })
  return {
    tenantId,
    ref,
    createdAt: now().toISOString(),
    state: 'begun',
    findingId: finding.findingId,
    fingerprint,
    type: finding.type,
    name: draft.name,
    url: finding.url,
    repository: { id: finding.repository.id, name: finding.repository.name },
    ...(client && { clientName: client.name }),
    ...worth,
    draft,
    content: contentFor(finding, { client, worth }),
    openedBy,
  }
}
