// A stack whose functions are killed while flows run that write once into a product: what was asked for, and how it has ended, for tests.
import { expect } from 'vitest'
import type { PortName } from '../../../local/ports.ts'
import { flowRequestTable, flowStartBuckets, flowStartTable } from '../../../shared/flows/flow-request.ts'
import { incidentTable, ownerOfTenant } from '../../../shared/incidents/incident-table.ts'
import { createStore } from '../../../shared/store/store.ts'
import { timerLeaseTable } from '../../../shared/triggers/timer-lease.ts'
import { eventually } from '../../support/eventually.ts'
import type { RequestCount } from '../../support/holding-proxy.ts'
import { startProxiedStack } from '../../support/proxied-stack.ts'
import { runTimerUntil } from '../../support/timer-run.ts'
import type { CrashedFlow, FlowKind } from './crashed-flows.ts'

/** Requests of every flow that are steps of it, by the end of their address. */
export const ofEveryFlow = /\/flowRequests\b|\/flowStarts\(P|\/\$batch/

/** Of the app that has the flow: what a message asks for is begun in the background. */
const startTimerOf = ({ kind }: Asked): string =>
  kind.isAskedByMessage ? 'ai-background-flow-start-timer' : 'ai-flow-start-timer'

/** What was asked for, of which flow, and in which organization. */
export type Asked = { readonly kind: FlowKind; readonly work: CrashedFlow; readonly id: string }

/** @param countsOf what counts the requests to a part */
export const startFlowCrashStage = async (countsOf: (part: PortName) => readonly RequestCount[]) => {
  const stack = await startProxiedStack(
    {
      DATA_STORAGE: 'tables',
      AzureWebJobsStorage: 'tables',
      PSA_API_URL: 'psa',
      CRM_API_URL: 'crm',
      CMDB_API_URL: 'cmdb',
      VOICE_API_URL: 'voice',
    },
    countsOf,
  )
  const store = createStore({ connectionString: stack.settings['DATA_STORAGE'] ?? '' })

  const requestOf = async ({ kind: { flow }, work: { tenantId }, id: requestId }: Asked) =>
    (await store.open(flowRequestTable).request.get({ tenantId, flow, requestId }))?.value

  const ended = (asked: Asked) =>
    eventually(
      () => requestOf(asked),
      (request) => request?.finishedAt !== undefined,
      180_000,
    )

  /** What was asked for and not started is started by a timer once it has waited for a minute, which this says it has. */
  const startLate = async (late: readonly Asked[]): Promise<void> => {
    for (const [startTimer, asked] of Map.groupBy(late, startTimerOf)) await startBy(startTimer, asked)
  }

  const startBy = async (startTimer: string, late: readonly Asked[]): Promise<void> => {
    const markers = store.open(flowStartTable).marker
    const since = new Date(Date.now() - 3_600_000).toISOString()
    const keys = late.map(({ kind: { flow }, work: { tenantId }, id: requestId }) => ({
      bucket: flowStartBuckets.of(tenantId),
      since,
      tenantId,
      flow,
      requestId,
    }))
    for (const key of keys) await markers.upsert(key)
    // A run that was killed would hold up the next for half a minute.
    await store.open(timerLeaseTable).lease.delete({ timer: startTimer })
    const isStarted = async (): Promise<boolean> => {
      const left = await Promise.all(keys.map((key) => markers.get(key)))
      return left.every((marker) => marker === undefined)
    }
    await runTimerUntil(stack.urls.functions, startTimer, isStarted)
  }

  return {
    ...stack,
    ended,
    /** After a restart: what had not been started is, and everything ends. */
    goOn: async (all: readonly Asked[]): Promise<void> => {
      const requests = await Promise.all(all.map(requestOf))
      const late = all.filter((_, index) => requests[index]?.state === 'requested')
      if (late.length > 0) await startLate(late)
      await Promise.all(all.map(ended))
    },
    expectOneTold: async ({ work }: Pick<Asked, 'work'>, told: string): Promise<void> => {
      const rows = store.open(incidentTable).incident
      const owner = ownerOfTenant(work.tenantId)
      const [written, incidents] = await Promise.all([work.written(), rows.list({ owner }, { limit: 10 })])
      expect(written, told).toBeLessThanOrEqual(1)
      expect(written + incidents.rows.length, told).toBeGreaterThanOrEqual(1)
    },
  }
}

export type FlowCrashStage = Awaited<ReturnType<typeof startFlowCrashStage>>

/** The id of what was accepted, which is that of its request; undefined when nobody heard an answer. */
export const answerTo = ({ ask }: CrashedFlow): Promise<string | undefined> => ask().catch(() => undefined)

/** As whoever asks does: until it is accepted. */
export const accepted = async (work: CrashedFlow): Promise<string> =>
  (await eventually(
    () => answerTo(work),
    (id) => id !== undefined,
    60_000,
  )) ?? ''
