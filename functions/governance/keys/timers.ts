// What keys need by themselves.
import { timer } from '../../../shared/triggers/timer.ts'

export const retireKeys = timer({
  name: 'ai-key-retirement-timer',
  schedule: '0 25 3 * * *',
  summary: 'Retires keys whose consumers are on the new ones, and opens an incident for who is not after 7 days',
  integration: 'suite→storage',
  operation: 'retire replaced keys',
  needs: ['DATA_STORAGE', 'AUDIT_SIGNING_KEY'],
  minutesMax: 9,
  handler: async ({ store, now, signal, services }) => {
    const { retireReplacedKeys } = await import('./replacement.ts')
    await retireReplacedKeys({ store, now, audit: await services.audit() }, signal)
  },
})
