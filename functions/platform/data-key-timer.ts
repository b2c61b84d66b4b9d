// The timer of one Function App that wraps the tenants' data keys anew when the key that wraps them has a new version (R7).
import { wrappingKeyName } from '../../shared/secrets/wrapping-key-name.ts'
import { type TimerDefinition, timer } from '../../shared/triggers/timer.ts'

/** @param name ends with `-timer`; one app looks after the keys of all tenants */
export const dataKeyTimer = (name: string): TimerDefinition =>
  timer({
    name,
    schedule: '0 40 * * * *',
    summary:
      'Wraps data keys with the current version of the wrapping key, and retires versions that no data key needs',
    integration: 'suite→vault',
    operation: `rotate the wrapping key (${name})`,
    needs: ['DATA_STORAGE', 'KEY_VAULT'],
    uses: { secrets: { [wrappingKeyName]: 'rotates' } },
    minutesMax: 9,
    handler: async ({ services, store, now, signal }) => {
      const { rewrapDataKeys } = await import('../../shared/secrets/rewrapping.ts')
      await rewrapDataKeys({ ...(await services.secrets()), store, now, signal })
    },
  })
