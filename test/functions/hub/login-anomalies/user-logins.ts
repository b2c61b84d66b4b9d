// A user who signs in, in an organization of their own, for tests: their logins as Hub tells of them, and what Defend was told.
import { randomUUID } from 'node:crypto'
import { type LoginEvent, takeLogin } from '../../../../functions/hub/login-anomalies/login-taking.ts'
import type { Stack } from '../../../../local/stack.ts'
import type { EventData } from '../../../../shared/bus/catalogue.ts'
import type { Services } from '../../../../shared/services.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { eventOf } from '../../../support/bus-events.ts'
import { defendControl } from '../../../support/defend-control.ts'
import { hubControl } from '../../../support/hub-control.ts'

export const dayMs = 86_400_000
/** Of the first of their usual mornings. */
export const start = Date.now() - 20 * dayMs

type Running = { readonly urls: Stack['urls']; readonly services: Services }

export const newUser = async ({ urls, services }: Running) => {
  const tenantId = newTenantId()
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'defend'] })
  const userId = `user-${randomUUID()}`
  const defend = defendControl(urls.defend, tenantId)
  const login = (at: number, given: Partial<EventData<'hub.auth.login_success'>> = {}) =>
    eventOf({
      type: 'hub.auth.login_success',
      tenantId,
      time: new Date(at).toISOString(),
      data: {
        actor: { type: 'user', id: userId },
        user_id: userId,
        outcome: 'success',
        method: 'entra',
        country: 'DE',
        device_id: 'laptop',
        network: 'other',
        ...given,
      },
    })
  const take = (event: ReturnType<typeof login>, taking = services) =>
    takeLogin(taking, { tenantId, userId }, event as unknown as LoginEvent)
  const mornings = Array.from({ length: 12 }, (_, index) => login(start + index * dayMs))
  const unusual = async () =>
    (await defend.logins())
      .filter(({ anomalies }) => anomalies.length > 0)
      .map(({ id, anomalies }) => [id, anomalies.map(({ kind }) => kind)])
  return { tenantId, userId, defend, login, take, mornings, unusual }
}
