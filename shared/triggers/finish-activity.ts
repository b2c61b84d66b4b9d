// The last step of every orchestration: its request says how it ended; a failure is an incident, a success closes those before it.
import { AppError } from '../errors.ts'
import { currentTrace } from '../telemetry/trace.ts'
import { activity } from './activity.ts'

export const finishActivity = activity({
  name: 'flow-finish',
  summary: 'Records how an orchestration ended',
  needs: ['DATA_STORAGE'],
  input: async () => (await import('../flows/flow-envelope.ts')).FlowEnd,
  returns: async () => (await import('../flows/flow-envelope.ts')).NoResult,
  handler: async ({ tenantId, requestId, input, store, now }) => {
    const { flow, integration, operation, begunAs, result, failed } = input
    const { flowRequestTable } = await import('../flows/flow-request.ts')
    const rows = store.open(flowRequestTable).request
    const key = { tenantId, flow, requestId }
    const finishedAt = now().toISOString()
    const { value: ended } = await rows.modify(key, (current) => {
      if (!current) throw new AppError('not-found', 'The request of the orchestration no longer exists.')
      if (current.finishedAt !== undefined) return current
      if (failed)
        return { ...current, state: 'failed', finishedAt, problem: { code: failed.code, detail: failed.detail } }
      const isCancelled = result?.['cancelled'] === true
      return { ...current, state: isCancelled ? 'cancelled' : 'completed', finishedAt, ...(result && { result }) }
    })
    // A run that was cut off here is repeated: better an incident that counts twice than none.
    if (failed && ended.state === 'failed' && ended.reportedAt === undefined) {
      const { recordIncident } = await import('../incidents/incident-recording.ts')
      const { code, detail } = failed
      await recordIncident({ store, now }, { integration, operation, tenantId, error: new AppError(code, detail) })
      await rows.modify(key, (current) => ({ ...ended, ...current, reportedAt: finishedAt }))
    }
    if (ended.state === 'completed') {
      const { recordSuccess } = await import('../incidents/success.ts')
      // What failed on the way went through in the end: the trace tells those failures from the ones of other runs.
      const correlationId = currentTrace()?.correlationId
      const success = { integration, tenantId, begunAt: new Date(ended.requestedAt), correlationId }
      for (const name of begunAs === undefined ? [operation] : [begunAs, operation])
        await recordSuccess({ store, now }, { ...success, operation: name })
    }
    return null
  },
})
