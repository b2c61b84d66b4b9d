// HTTP of the behaviour of devices: Defend hands in what devices do (AI-8).
import { integrationKey } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')

export const takeDeviceEvents = http({
  name: 'ai-take-device-events',
  method: 'POST',
  route: 'ai/behavioral-analysis',
  summary:
    'Takes events of up to 90 devices, scores each against its own last 30 days and tells Defend what is unusual',
  integration: 'ai→defend',
  operation: 'write behaviour scores back',
  callers: [integrationKey('ai:behaviour:write')],
  needs: ['DATA_STORAGE', 'DEFEND_API_URL', 'DEFEND_SERVICE_KEY'],
  contract,
  body: 'EventBatch',
  bodyBytesMax: 2_097_152,
  returns: { 200: 'BatchReceipt' },
  errors: ['ai-opted-out', 'idempotency-key-reused', 'conflict', 'storage-unavailable'],
  handler: async ({ body, store, now, tenantId, services }) => {
    const { requireConsent } = await import('../../../shared/features/consent.ts')
    const { timeZone } = await requireConsent(services, tenantId)
    const { recordBatch } = await import('./batch.ts')
    const { unsent, ...receipt } = await recordBatch({ store, now, tenantId, timeZone }, body)
    if (unsent) {
      const { trySendScores } = await import('./score-sending.ts')
      await trySendScores(services, { tenantId, batchId: body.batchId })
    }
    return { status: 200, body: receipt }
  },
})
