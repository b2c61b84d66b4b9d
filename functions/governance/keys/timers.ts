// What keys need by themselves.
import { timer } from '../../../shared/triggers/timer.ts'

export const rotateKeys = timer({
  name: 'ai-key-rotation-timer',
  schedule: '0 25 3 * * *',
  summary: 'Begins the rotation of keys that are 90 days old, and goes on with those that were cut off',
  integration: 'suite→keys',
  operation: 'start due rotations',
  needs: ['DATA_STORAGE', 'AUDIT_SIGNING_KEY', 'MESSAGE_RETRY_SECONDS'],
  minutesMax: 9,
  flows: true,
  handler: async ({ store, now, signal, services, flows }) => {
    const { startDueRotations } = await import('./rotation-start.ts')
    await startDueRotations({ store, now, flows: await flows(), audit: await services.audit() }, signal)
  },
})
