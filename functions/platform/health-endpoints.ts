// Health of one Function App: alive (no I/O), and ready (its settings and its storage).
import * as z from 'zod'
import { anyone } from '../../shared/auth/caller.ts'
import type { SettingName } from '../../shared/config/settings.ts'
import type { Services } from '../../shared/services.ts'
import { log } from '../../shared/telemetry/log.ts'
import { http } from '../../shared/triggers/http.ts'
import type { Check } from './health-contract.ts'

/** At hand, since it is the first answer of most instances: the rest of the contract is loaded when it is needed. */
const Liveness = z.object({ status: z.literal('live') }).meta({ id: 'Liveness' })

const contract = () => import('./health-contract.ts')

/** Often asked by platforms and load balancers, from one address. */
const rate = { by: 'address', perMinute: 600 } as const

/**
 * @param product the first segments of the routes, e.g. `code`
 * @param needs all settings that the functions of the app need
 */
export const healthEndpoints = (product: string, needs: readonly SettingName[]) => [
  http({
    name: `${product.replaceAll('/', '-')}-health-live`,
    method: 'GET',
    route: `${product}/health/live`,
    summary: 'Reports that the app runs. Checks nothing else',
    callers: [anyone],
    answersUnconfigured: true,
    rate,
    contract,
    returns: { 200: Liveness },
    handler: () => ({ status: 200, body: { status: 'live' as const } }),
  }),
  http({
    name: `${product.replaceAll('/', '-')}-health-ready`,
    method: 'GET',
    route: `${product}/health/ready`,
    summary: 'Reports whether the app can do its work: its settings are valid and its storage answers',
    callers: [anyone],
    answersUnconfigured: true,
    rate,
    contract,
    returns: { 200: 'Readiness', 503: 'Readiness' },
    handler: async ({ services }) => {
      await services.config.complete()
      const problems = services.config.problems.filter(({ name }) => needs.includes(name))
      const { missingSecrets } = await import('./missing-secrets.ts')
      const settings = [...problems, ...(await missingSecrets(services, needs))]
      const checks = [await checkStorage(services)]
      const body = { settings, checks }
      return settings.every(({ ignored }) => ignored) && checks.every(({ ok }) => ok)
        ? { status: 200, body: { ...body, status: 'ready' as const } }
        : { status: 503, body: { ...body, status: 'not-ready' as const } }
    },
  }),
]

const checkStorage = async (services: Services): Promise<z.input<typeof Check>> => {
  const started = performance.now()
  const ok = await Promise.resolve()
    .then(() => services.store().check())
    .then(
      () => true,
      (error: unknown) => {
        log.error('health.storage.failed', { error })
        return false
      },
    )
  return { id: 'storage', ok, ms: Math.round(performance.now() - started) }
}
