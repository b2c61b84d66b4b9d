// Failures that people's calls meet, as incidents: off the caller's way, counted together, and not at the first blip.
import { LRUCache } from 'lru-cache'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ErrorCode } from '../error-table.ts'
import type { Store } from '../store/store.ts'
import { log, runDetached } from '../telemetry/log.ts'
import { type Failure, groupOf, ownerOf, recordIncident } from './incident-recording.ts'
import { openIncidentsOf } from './open-incidents.ts'

/** So many failures of one cause within the time make an incident. Each instance counts for itself. */
const blipsMax = 3
const blipsWithinMs = 10 * 60_000
/** Groups of failures that are counted; beyond it the one that was quiet for longest begins anew. */
const groupsMax = 2_000
/** How long a group waits after it was written: what comes meanwhile is written together. */
const pauseMs = 1_000
/** A write that fails is repeated this often by itself, then with the next failure. */
const triesMax = 3

/** Waiting mends none of these: one is enough. */
const isForGood = (code: ErrorCode): boolean =>
  code === 'peer-unauthorized' ||
  code === 'peer-rejected' ||
  code === 'peer-invalid-response' ||
  code === 'model-unauthorized' ||
  code === 'not-configured'

type Group = {
  failure: Failure
  /** Failures that are not written down yet. */
  times: number
  since: number
  writing: boolean
}

type Tools = { readonly store: Store; readonly now: () => Date }

const groupsOfStores = new WeakMap<Store, LRUCache<string, Group>>()

const groupsOf = (store: Store): LRUCache<string, Group> => {
  const groups = groupsOfStores.get(store) ?? new LRUCache<string, Group>({ max: groupsMax })
  groupsOfStores.set(store, groups)
  return groups
}

const nameOf = (failure: Failure): string => `${ownerOf(failure)} ${groupOf(failure)}`

/**
 * Counts a failure; returns at once and never throws. Whoever calls it has logged the failure: a process that ends before it is written
 * loses the count of the last second, and nothing else.
 */
export const reportFailure = (tools: Tools, failure: Failure): void => {
  const groups = groupsOf(tools.store)
  const name = nameOf(failure)
  const now = performance.now()
  let group = groups.get(name)
  if (!group || (!group.writing && now - group.since > blipsWithinMs)) {
    group = { failure, times: 0, since: now, writing: false }
    groups.set(name, group)
  }
  group.failure = failure
  group.times += failure.times ?? 1
  if (group.writing) return
  group.writing = true
  void runDetached(() => writeIfDue(tools, group))
}

const writeIfDue = async (tools: Tools, group: Group): Promise<void> => {
  try {
    if (await isDue(tools, group)) await write(tools, group)
  } catch (error) {
    logUnrecorded(group, error)
  } finally {
    group.writing = false
  }
}

/** What is known to be broken counts at once. */
const isDue = async ({ store }: Tools, { failure, times }: Group): Promise<boolean> =>
  isForGood(failure.error.code) ||
  times >= blipsMax ||
  (await openIncidentsOf(store, ownerOf(failure), failure)).length > 0

const write = async (tools: Tools, group: Group): Promise<void> => {
  for (let tries = 0; group.times > 0 && tries < triesMax;) {
    const { times, failure } = group
    try {
      await recordIncident(tools, { ...failure, times })
      group.times -= times
      tries = 0
    } catch (error) {
      tries += 1
      logUnrecorded(group, error)
    }
    await sleep(pauseMs, undefined, { ref: false })
  }
}

const logUnrecorded = (
  { times, failure: { integration, operation, tenantId, error } }: Group,
  cause: unknown,
): void => {
  log.error('incident.not_recorded', { integration, operation, tenantId, times, code: error.code, error: cause })
}
