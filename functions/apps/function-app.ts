// What makes up one Function App: its functions, those that its flows need, and health over all the settings that they need.
import type { SettingName } from '../../shared/config/settings.ts'
import type { Definition } from '../../shared/triggers/register.ts'
import { finishActivity } from '../../shared/triggers/finish-activity.ts'
import { flowRetentionTimer } from '../platform/flow-retention-timer.ts'
import { flowStartTimer } from '../platform/flow-start-timer.ts'
import { healthEndpoints } from '../platform/health-endpoints.ts'

export type FunctionApp = {
  /** As it is deployed: `theonecode-api`. */
  readonly name: string
  readonly definitions: readonly Definition[]
}

/** The settings without which some function of the app can only answer 503. */
export const settingsOf = (definitions: readonly Definition[]): readonly SettingName[] => [
  ...new Set<SettingName>([
    'TRUSTED_PROXY_COUNT',
    'DATA_STORAGE',
    'AUDIT_SIGNING_KEY',
    ...definitions.flatMap((definition) => [...(definition.needs ?? []), ...neededForCallers(definition)]),
  ]),
]

/** Whoever calls is known by storage, and Hub says whether the organization is active. */
const neededForCallers = (definition: Definition): readonly SettingName[] =>
  definition.kind === 'http' && definition.callers.some(({ kind }) => kind !== 'anyone')
    ? ['HUB_API_URL', 'HUB_SERVICE_KEY', 'SESSION_IDLE_MINUTES']
    : []

/**
 * The definitions, what their flows need in the same app, and health.
 * @param place the first segments of the routes of health, which name the timers as well: `code`, `code/background`
 */
export const completed = (place: string, definitions: readonly Definition[]): readonly Definition[] => {
  const whole = [...definitions, ...forFlows(place.replaceAll('/', '-'), definitions)]
  return [...whole, ...healthEndpoints(place, settingsOf(whole))]
}

const forFlows = (named: string, definitions: readonly Definition[]): readonly Definition[] => {
  const flows = definitions.filter((definition) => definition.kind === 'orchestration')
  return flows.length === 0
    ? []
    : [
        finishActivity,
        flowStartTimer(`${named}-flow-start-timer`, flows),
        flowRetentionTimer(`${named}-flow-retention-timer`),
      ]
}
