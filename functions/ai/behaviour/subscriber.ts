// What devices do, as Defend publishes it on the bus (AI-8).
import { isAppError } from '../../../shared/errors.ts'
import { subscriber } from '../../../shared/triggers/subscriber.ts'

export const deviceActivitySubscriber = subscriber({
  name: 'ai-device-activity-subscriber',
  queue: 'ai-device-activity',
  summary: 'Scores events of devices against their own last 30 days and tells Defend what is unusual',
  events: ['defend.device.activity'],
  integration: 'ai→defend',
  operation: 'write behaviour scores back',
  needs: ['DEFEND_API_URL', 'DEFEND_SERVICE_KEY'],
  handler: async ({ event, store, now, tenantId, services }) => {
    const { requireConsent } = await import('../../../shared/features/consent.ts')
    const settings = await requireConsent(services, tenantId).catch((error: unknown) => {
      if (isAppError(error, 'ai-opted-out')) return undefined
      throw error
    })
    if (!settings) return 'ignored'
    const { batchOf } = await import('./activity-batch.ts')
    const batch = batchOf(event, now())
    if (!batch) return 'ignored'
    const { recordBatch } = await import('./batch.ts')
    const { sendScores } = await import('./score-sending.ts')
    const { outcome, unsent } = await recordBatch({ store, now, tenantId, timeZone: settings.timeZone }, batch)
    if (unsent) await sendScores(services, { tenantId, batchId: batch.batchId })
    return outcome === 'known' && !unsent ? 'duplicate' : 'completed'
  },
})
