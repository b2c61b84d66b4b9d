// What finding a repository changes: the repository itself, and in which organization it is counted. The organization where it was seen
// last has it; what comes late, or comes again after it has moved on, changes nothing.
import { newEvent } from '../../../shared/bus/event.ts'
import type { Row } from '../../../shared/store/entity.ts'
import type { Repository } from './contract.ts'
import { type DayRanges, begun, ended, isOpen } from './day-ranges.ts'
import { type Sources, openSources } from './source-change.ts'
import type { OrganizationRow, RepositoryRow } from './source-table.ts'

type Discovering = {
  readonly sources: Sources
  readonly organization: OrganizationRow
  readonly day: string
  readonly now: Date
}

type Found = {
  readonly id: string
  readonly name: string
  readonly archived?: boolean | undefined
  readonly seenAt?: string | undefined
}

/** Organizations that are remembered as left. */
const leftMax = 50

/** `counts`: by how many more repositories are active in which organization. */
export const repositoryChange = (discovering: Discovering, found: Found, before: Row<RepositoryRow> | undefined) => {
  const { sources, organization, now } = discovering
  const rows = openSources(sources)
  if (!before) return newRepository(discovering, found)
  const known = before.value
  if (isLate(known, organization.orgId, found))
    return { repository: shown(known), isNew: false, counts: [], operations: [], events: [] }
  const next = nextOf(discovering, found, known)
  const counts = [
    { orgId: known.orgId, by: -Number(isOpen(known.activeDays)) },
    { orgId: next.orgId, by: Number(isOpen(next.activeDays)) },
  ]
  const isSame =
    found.seenAt === undefined &&
    known.orgId === next.orgId &&
    known.name === next.name &&
    known.isArchived === next.isArchived &&
    isOpen(known.activeDays) === isOpen(next.activeDays)
  const seenAt = latest(known.seenAt, found.seenAt ?? now.toISOString())
  return {
    repository: shown(next),
    isNew: false,
    counts,
    operations: isSame ? [] : [rows.repository.toUpdate(before, { ...next, seenAt })],
    events: [],
  }
}

const newRepository = ({ sources, organization, day, now }: Discovering, { id, name, archived, seenAt }: Found) => {
  const { tenantId } = sources
  const { orgId, provider } = organization
  const activeDays = archived === true ? [] : [...begun([], day)]
  const row: RepositoryRow = {
    tenantId,
    orgId,
    repositoryId: id,
    name,
    discoveredAt: now.toISOString(),
    isArchived: archived ?? false,
    activeDays,
    seenAt: seenAt ?? now.toISOString(),
    left: [],
  }
  const data = { repo_id: id, org_id: orgId, provider, repo_name: name }
  const event = newEvent({ type: 'code.repo.discovered', tenantId, subject: id, data, now })
  return {
    repository: shown(row),
    isNew: true,
    counts: [{ orgId, by: Number(isOpen(activeDays)) }],
    operations: [openSources(sources).repository.toInsert(row)],
    events: [event],
  }
}

/** Without a time, the organization that it has left cannot be told from one that it has come back to: then it is a repetition. */
const isLate = (known: RepositoryRow, orgId: string, { seenAt }: Found): boolean =>
  seenAt === undefined
    ? known.orgId !== orgId && known.left.some((left) => left.orgId === orgId)
    : Date.parse(seenAt) < Date.parse(known.seenAt)

const nextOf = ({ organization, day }: Discovering, { name, archived }: Found, known: RepositoryRow): RepositoryRow => {
  const isArchived = archived ?? known.isArchived
  const daysHere = (days: DayRanges) => [...(isArchived ? ended(days, day) : begun(days, day))]
  const { orgId } = organization
  if (orgId === known.orgId) return { ...known, name, isArchived, activeDays: daysHere(known.activeDays) }
  const earlier = known.left.find((left) => left.orgId === orgId)?.activeDays ?? []
  const left = [
    ...known.left.filter((one) => one.orgId !== orgId && one.orgId !== known.orgId),
    { orgId: known.orgId, activeDays: [...ended(known.activeDays, day)] },
  ].slice(-leftMax)
  return { ...known, orgId, name, isArchived, activeDays: daysHere(earlier), left }
}

const latest = (one: string, other: string): string => (Date.parse(one) > Date.parse(other) ? one : other)

const shown = ({ repositoryId, orgId, name, isArchived, discoveredAt }: RepositoryRow): Repository => ({
  repositoryId,
  orgId,
  name,
  archived: isArchived,
  discoveredAt,
})
