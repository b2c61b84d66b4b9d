// The nightly timer of signals.
import { sealedRows } from '../../../shared/secrets/wrapping-key-name.ts'
import { timer } from '../../../shared/triggers/timer.ts'
import { signalIncident } from './incidents.ts'

export const finishInsiderSignals = timer({
  name: 'ai-insider-signal-timer',
  schedule: '0 40 3 * * *',
  summary: 'Finishes signals that were begun and are not known to be in Defend',
  ...signalIncident,
  operation: 'finish insider signals at night',
  uses: sealedRows,
  needs: ['DATA_STORAGE', 'KEY_VAULT', 'DEFEND_API_URL', 'DEFEND_SERVICE_KEY'],
  minutesMax: 4,
  handler: async ({ services, signal }) => {
    const { sweepSignals } = await import('./signal-telling.ts')
    await sweepSignals(services, signal)
  },
})
