// Which findings are known already, by whatever id they have in common with what was filed before.
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { Finding } from './finding.ts'
import { advisoriesOf, fingerprintOf, identitiesOf } from './fingerprint.ts'
import type { Filing, Wanted } from './standing.ts'
import { ticketTable } from './ticket-table.ts'

const operationsMax = 100

/**
 * Each with the fingerprint under which it is known, in their order. Whoever writes an identity first decides which finding has it; a
 * crash in between leaves names of nothing, which do no harm.
 */
export const identify = (filing: Filing, findings: readonly Finding[]): Promise<readonly Wanted[]> =>
  retryOnConflict(async () => {
    const { store, tenantId } = filing
    const rows = store.open(ticketTable)
    const known = await knownIdentities(filing, findings)
    const fresh: { tenantId: string; identity: string; fingerprint: string }[] = []
    const wanted = findings.map((finding) => {
      const identities = identitiesOf(finding)
      const fingerprint = identities.flatMap((identity) => known.get(identity) ?? [])[0] ?? fingerprintOf(finding)
      for (const identity of identities.filter((each) => !known.has(each))) {
        known.set(identity, fingerprint)
        fresh.push({ tenantId, identity, fingerprint })
      }
      return { finding, fingerprint, advisories: advisoriesOf(finding) }
    })
    for (let start = 0; start < fresh.length; start += operationsMax)
      await rows.transaction(fresh.slice(start, start + operationsMax).map((row) => rows.identity.toInsert(row)))
    await rememberFindingIds(filing, wanted)
    return wanted
  })

const knownIdentities = async (
  { store, tenantId }: Filing,
  findings: readonly Finding[],
): Promise<Map<string, string>> => {
  const rows = store.open(ticketTable)
  const identities = [...new Set(findings.flatMap(identitiesOf))]
  const found = await Promise.all(identities.map((identity) => rows.identity.get({ tenantId, identity })))
  return new Map(found.flatMap((row) => (row ? [[row.value.identity, row.value.fingerprint]] : [])))
}

/** So that the ticket is found by the id of each finding, also when the nightly run has to finish it. */
const rememberFindingIds = async ({ store, tenantId }: Filing, wanted: readonly Wanted[]): Promise<void> => {
  const rows = store.open(ticketTable)
  const byId = new Map(wanted.map(({ finding, fingerprint }) => [finding.findingId, fingerprint]))
  await rows.transaction(
    [...byId].map(([findingId, fingerprint]) => rows.finding.toUpsert({ tenantId, findingId, fingerprint })),
  )
}

/** The same finding twice in one request: the later detection stands for both, with the ids of all. */
export const latestOfEach = (wanted: readonly Wanted[]): readonly Wanted[] =>
  [...Map.groupBy(wanted, ({ fingerprint }) => fingerprint).values()].map((same) => ({
    ...same.reduce((latest, item) =>
      Date.parse(latest.finding.detectedAt) < Date.parse(item.finding.detectedAt) ? item : latest,
    ),
    advisories: [...new Set(same.flatMap(({ advisories }) => advisories))],
  }))
