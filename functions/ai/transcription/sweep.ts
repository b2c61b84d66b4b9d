// Goes over all organizations and starts what Voice still waits for.
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import { keptApart } from '../../../shared/incidents/kept-apart.ts'
import { recordSuccess } from '../../../shared/incidents/success.ts'
import { isSuspended } from '../../../shared/peers/hub/vocabulary.ts'
import type { Services } from '../../../shared/services.ts'
import { resolveSettings } from '../../../shared/tenants/tenant-settings.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { requestTranscription } from './requesting.ts'

const work = { integration: 'ai→voice', operation: 'list recordings without transcription' } as const

/** Recordings of one organization that are begun in one night: it would take longer for more. */
const startsMax = 500
/** Those that are under way are among them. */
const seenMax = 5_000

/** @param signal aborted when the run has to stop: the next night goes on, with those that are left */
export const startMissed = async (services: Services, flows: FlowClient, signal: AbortSignal): Promise<void> => {
  // Without a model each of them would end with the words that stand there already.
  if ((await services.models()).serving('audio', 'enterprise').length === 0) return
  const hub = await services.hub()
  const tools = { store: services.store(), now: services.now }
  const counts = { tenants: 0, started: 0, failed: 0 }
  let cursor: string | undefined
  do {
    const page = await hub.listOrganizations({ cursor, limit: 100 })
    for (const organization of page.organizations) {
      if (signal.aborted) return
      if (isSuspended(organization) || organization.aiTier === undefined) continue
      counts.tenants += 1
      const names = { ...work, tenantId: organization.id }
      const outcome = await keptApart(tools, { ...names, event: 'ai.transcription.sweep_failed' }, async () => {
        const begunAt = services.now()
        counts.started += await startOf(services, flows, organization.id, signal)
        await recordSuccess(tools, { ...names, begunAt })
      })
      if (outcome === undefined) counts.failed += 1
    }
    cursor = page.nextCursor
  } while (cursor !== undefined)
  log.info('ai.transcription.swept', counts)
}

/** @returns how many were started */
const startOf = async (
  services: Services,
  flows: FlowClient,
  tenantId: string,
  signal: AbortSignal,
): Promise<number> => {
  if ((await resolveSettings(services.store(), tenantId)).aiOptOut) return 0
  const voice = await services.voice()
  const told = { tenantId, toldAt: services.now(), requestedBy: 'product:voice', isAwaited: true } as const
  let [started, seen] = [0, 0]
  let cursor: string | undefined
  do {
    const page = await voice.listUntranscribed(tenantId, cursor)
    for (const callId of page.callIds) {
      if (signal.aborted || started === startsMax || seen === seenMax) return started
      seen += 1
      if (await requestTranscription({ store: services.store(), flows }, { ...told, callId })) started += 1
    }
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return started
}
