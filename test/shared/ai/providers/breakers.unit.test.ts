// The breakers while what they share cannot be read or written.
import { expect, it } from 'vitest'
import { AppError } from '../../../../shared/errors.ts'
import { breakerTimesUsual, createModelBreakers } from '../../../../shared/ai/providers/breakers.ts'
import type { Store } from '../../../../shared/store/store.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'

const away = (): Promise<never> => Promise.reject(new AppError('storage-unavailable', 'The storage is away.'))
const store = { open: () => ({ open: { get: away, update: away, upsert: away, delete: away } }) } as unknown as Store

it('let every call through, however many have failed: models may answer although the storage does not', async () => {
  const breakers = createModelBreakers({ store, now: () => new Date(), times: { ...breakerTimesUsual, knownMs: 0 } })
  await runWithLogSink(
    () => {},
    async () => {
      for (let count = 0; count < 2 * breakerTimesUsual.failures; count += 1) {
        expect(await breakers.admit('azure/gpt')).toEqual({ admitted: true, isProbe: false })
        await breakers.failed('azure/gpt', false)
      }
      await breakers.succeeded('azure/gpt', true)
      expect(await breakers.admit('azure/gpt')).toEqual({ admitted: true, isProbe: false })
    },
  )
})
