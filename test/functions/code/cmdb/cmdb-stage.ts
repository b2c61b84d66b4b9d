// Application profiles of a new organization, and a CMDB and a storage that nobody else uses: the functions run in this process, and
// the steps of their orchestration one after the other, as Durable calls them.
import { InvocationContext } from '@azure/functions'
import type { ProfileDraft } from '../../../../functions/code/cmdb/contract.ts'
import { cmdbSyncFlow } from '../../../../functions/code/cmdb/orchestration.ts'
import { openProfiles } from '../../../../functions/code/cmdb/profile-table.ts'
import { putProfile, removeProfile } from '../../../../functions/code/cmdb/profiles.ts'
import { beginSync } from '../../../../functions/code/cmdb/sync-turn.ts'
import { start as startCmdb } from '../../../../shared/peers/cmdb/stand-in/stand-in.ts'
import type { StoredAsset } from '../../../../shared/peers/cmdb/stand-in/state.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { isAppError } from '../../../../shared/errors.ts'
import { StepResult } from '../../../../shared/flows/flow-envelope.ts'
import { FlowFailure } from '../../../../shared/flows/flow-failure.ts'
import { createCmdbClient } from '../../../../shared/peers/cmdb/client.ts'
import { type Services, createServices } from '../../../../shared/services.ts'
import type { Store } from '../../../../shared/store/store.ts'
import { newTrace, outgoingTraceparent } from '../../../../shared/telemetry/trace.ts'
import type { ActivityDefinition } from '../../../../shared/triggers/activity.ts'
import { serveActivity } from '../../../../shared/triggers/activity-pipeline.ts'
import type { FlowProgress } from '../../../../shared/flows/flow-client.ts'
import type { Flow } from '../../../../shared/triggers/orchestration.ts'
import { startAzurite } from '../../../support/azurite.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { type CmdbControl, cmdbControl } from '../../../support/cmdb-control.ts'

const key = 'local-only-cmdb-service-key'

export const draft = (given: Partial<ProfileDraft> = {}): ProfileDraft => ({
  name: 'northwind/storefront',
  url: 'https://github.com/northwind/storefront',
  organizationId: 'org-1',
  appType: 'web_application',
  techStack: ['TypeScript', 'React'],
  healthScore: 82.5,
  debtScore: 31,
  lastCommitAt: '2026-03-01T08:00:00Z',
  commitFrequency: 12.5,
  hostingPlatform: 'azure',
  dataClassification: 'confidential',
  ...given,
})

export type Organization = {
  readonly tenantId: string
  readonly cmdb: CmdbControl
  readonly put: (repositoryId: string, given?: Partial<ProfileDraft>) => Promise<void>
  /** Many new ones, a transaction for each 50. */
  readonly seed: (repositoryIds: readonly string[]) => Promise<void>
  readonly remove: (...repositoryIds: readonly string[]) => Promise<void>
  /** Asks for a sync, and runs it to its end. */
  readonly sync: (options?: RunOptions) => Promise<SyncRun>
  /** Names of the assets by state. */
  readonly assets: (state?: StoredAsset['state']) => Promise<readonly string[]>
  readonly waiting: () => Promise<readonly string[]>
}

type RunOptions = {
  readonly services?: Services
  /** How often a step is tried that fails for now. */
  readonly triesMax?: number
  /** Before each step. */
  readonly onStep?: (name: string) => unknown
}

export type SyncRun = { readonly requestId: string; readonly result: FlowProgress }

export type Stage = {
  readonly services: Services
  /** Services whose clock, or whose patience with CMDB, is another one. */
  readonly servicesWith: (options: { readonly now?: () => Date; readonly attemptMs?: number }) => Services
  readonly organization: () => Organization
  readonly run: (sync: { tenantId: string; requestId: string }, options?: RunOptions) => Promise<FlowProgress>
  readonly close: () => Promise<void>
}

/** @param settings of the stack; storage and CMDB are replaced */
export const startStage = async (settings: Readonly<Record<string, string>>): Promise<Stage> => {
  const azurite = await startAzurite()
  const cmdb = await startCmdb({ port: 0, keys: [key] })
  const config = loadConfig({
    ...settings,
    DATA_STORAGE: azurite.connectionString,
    CMDB_API_URL: cmdb.url,
    CMDB_SERVICE_KEY: key,
  })
  const servicesWith: Stage['servicesWith'] = ({ now, attemptMs = 2_000 }) => {
    const services = createServices(config, now)
    const timeouts = { attemptMs, deadlineMs: attemptMs * 2 }
    // A test that has CMDB fail must not wait for the breaker to close again.
    const options = { baseUrl: cmdb.url, key: () => key, timeouts, retries: { max: 0 }, breaker: { failures: 1_000 } }
    const client = createCmdbClient(options)
    return { ...services, cmdb: async () => client }
  }
  const services = servicesWith({})
  const run: Stage['run'] = (sync, options = {}) => runFlow(options.services ?? services, sync, options)
  return {
    services,
    servicesWith,
    run,
    organization: () => organizationOf(services, cmdb.url, run),
    close: async () => {
      await cmdb.close()
      await azurite.stop()
    },
  }
}

const organizationOf = (services: Services, cmdbUrl: string, run: Stage['run']): Organization => {
  const tenantId = newTenantId()
  const tools = { store: services.store(), now: services.now }
  const cmdb = cmdbControl(cmdbUrl, tenantId)
  return {
    tenantId,
    cmdb,
    put: async (repositoryId, given) => {
      await putProfile(tools, { tenantId, repositoryId }, draft({ name: repositoryId, ...given }))
    },
    seed: (repositoryIds) => seedProfiles(tools.store, tenantId, repositoryIds, repositoryIds),
    remove: async (...repositoryIds) => {
      for (const repositoryId of repositoryIds) await removeProfile(tools, { tenantId, repositoryId })
    },
    sync: async (options) => {
      const { sync } = await beginSync(tools, { tenantId, requestedBy: 'user:a-tester' })
      return { requestId: sync.requestId, result: await run(sync, options) }
    },
    assets: async (state) =>
      (await cmdb.assets())
        .filter((asset) => state === undefined || asset.state === state)
        .map(({ externalReference }) => externalReference)
        .toSorted(),
    waiting: async () =>
      (await openProfiles(tools.store).change.list({ tenantId }, { limit: 1_000 })).rows.map(
        ({ value }) => value.repositoryId,
      ),
  }
}

const atOnce = 50

/** @param changed those of them that are yet to be synced */
export const seedProfiles = async (
  store: Store,
  tenantId: string,
  repositoryIds: readonly string[],
  changed: readonly string[],
): Promise<void> => {
  const rows = openProfiles(store)
  const changedAt = '2026-03-01T08:00:00.000Z'
  const isChanged = new Set(changed)
  for (let from = 0; from < repositoryIds.length; from += atOnce)
    await rows.transaction(
      repositoryIds.slice(from, from + atOnce).flatMap((repositoryId) => {
        const profile = { tenantId, repositoryId, draft: draft({ name: repositoryId }), contentHash: 'seeded' }
        const change = { tenantId, repositoryId, changedAt, retiresAsset: false }
        return [
          rows.profile.toInsert({ ...profile, version: 1, isGone: false, changedAt }),
          ...(isChanged.has(repositoryId) ? [rows.change.toInsert(change)] : []),
        ]
      }),
    )
}

/** What stands for Durable: it calls each step, and again when it fails for now, without the waits. */
export const runFlow = async (
  services: Services,
  { tenantId, requestId }: { readonly tenantId: string; readonly requestId: string },
  { triesMax = 1, onStep = () => {} }: RunOptions = {},
): Promise<FlowProgress> => {
  const step = async (definition: ActivityDefinition, input: unknown): Promise<unknown> => {
    const traceparent = outgoingTraceparent(newTrace())
    const { integration, operation } = cmdbSyncFlow
    const envelope = { tenantId, requestId, traceparent, retrySeconds: 15, work: { integration, operation } }
    for (let attempt = 1; ; attempt += 1) {
      await onStep(definition.name)
      try {
        const context = new InvocationContext({ functionName: definition.name, logHandler: () => {} })
        const answer = await serveActivity(definition, services)({ ...envelope, input }, context)
        const done = StepResult.parse(answer)
        if ('failed' in done) throw new FlowFailure(done.failed.code, done.failed.detail)
        // As it comes out of the history.
        return JSON.parse(JSON.stringify(done.done)) as unknown
      } catch (error) {
        if (!isAppError(error) || attempt >= triesMax) throw error
      }
    }
  }
  const flow: Flow = {
    tenantId,
    requestId,
    now: () => new Date(),
    *call(activity, input) {
      return yield step(activity, input) as never
    },
    callEach: () => {
      throw new Error('Not used by this flow.')
    },
    sleepUntil: () => {
      throw new Error('Not used by this flow.')
    },
    about: () => {},
    progress: () => {},
  }
  const steps = cmdbSyncFlow.handler(flow) as Generator<unknown, FlowProgress, unknown>
  let next = steps.next()
  while (!next.done) {
    try {
      // A task of Durable otherwise.
      next = steps.next(await next.value)
    } catch (error) {
      next = steps.throw(error)
    }
  }
  return next.value
}
