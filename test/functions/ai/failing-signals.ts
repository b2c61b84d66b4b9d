// The features that tell a product what is unusual, and what counts what became of suggestions, for tests in which their peers fail.
import { randomUUID } from 'node:crypto'
import { behaviourTable, unsentPending } from '../../../functions/ai/behaviour/behaviour-table.ts'
import { sweepUnsent } from '../../../functions/ai/behaviour/score-sending.ts'
import { showOutcomes } from '../../../functions/ai/suggestions/counting.ts'
import { newTenantId } from '../../support/browser-client.ts'
import { eventOf } from '../../support/bus-events.ts'
import { defendControl } from '../../support/defend-control.ts'
import { hubControl } from '../../support/hub-control.ts'
import { makeOlder, markersOf } from '../../support/pending-markers.ts'
import { isLong } from '../../support/thoroughness.ts'
import { dayMs, newUser, start } from '../hub/login-anomalies/user-logins.ts'
import { hoursAgo, live, logons } from './behaviour/device-activity.ts'
import { type Feature, type World, counted } from './failing-feature.ts'
import { newPerson } from './insider-signals/working-person.ts'

/** What was usual comes in any order as well; all of it in a long run. */
const lateOnes = 3

const signalInsider = async ({ stack: { urls }, services }: World) => {
  const { tenantId, takeAll, notice, usual, copying, signals, rows, markers, night } = await newPerson({
    urls,
    services,
  })
  const late = isLong ? usual : usual.slice(-lateOnes)
  await takeAll(usual.slice(0, usual.length - late.length))
  return {
    tenantId,
    events: [notice, ...late, ...copying],
    results: async () => (await signals()).length,
    left: async () => [
      ...counted(
        (await rows()).filter(({ state, draft }) => state !== 'made' || draft !== undefined),
        'signals begun',
      ),
      ...counted(await markers(), 'markers'),
    ],
    night,
  }
}

/** Two batches of one hour, neither of which has all of it. */
const scoreBehaviour = async ({ stack: { urls }, services }: World) => {
  const tenantId = newTenantId()
  const store = services.store()
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'ai', 'defend'] })
  await live((now) => ({ store, now: () => now, tenantId, timeZone: 'UTC' }))
  const night = async (): Promise<void> => {
    await makeOlder(unsentPending, store, tenantId, 11 * 60_000)
    await sweepUnsent(services, AbortSignal.timeout(60_000))
  }
  // What was usual was told as well.
  await night()
  const defend = defendControl(urls.defend, tenantId)
  const at = hoursAgo(3)
  const batches = [at, at + 60_000].map((from) => ({ id: randomUUID(), events: logons(from, 40) }))
  const eventOfBatch = ({ id, events }: (typeof batches)[number]) =>
    eventOf({
      type: 'defend.device.activity',
      tenantId,
      data: { batch_id: id, devices: [{ device_id: 'device-1', client_id: 'client-1', events }] },
    })
  return {
    tenantId,
    events: batches.map(eventOfBatch),
    results: async () =>
      (await defend.behaviourScores()).filter(({ isUnusual, reasons }) => isUnusual && reasons[0]?.observed === 80)
        .length,
    left: async () => {
      const rows = store.open(behaviourTable).batch
      const taken = await Promise.all(batches.map(({ id }) => rows.get({ tenantId, batchId: id })))
      return [
        ...counted(
          taken.filter((row) => row?.value.unsent !== undefined),
          'batches not told of',
        ),
        ...counted(await markersOf(unsentPending, store, tenantId), 'markers'),
      ]
    },
    night,
  }
}

const tellLogins = async ({ stack: { urls }, services }: World) => {
  const { tenantId, login, take, mornings, unusual } = await newUser({ urls, services })
  const late = isLong ? mornings : mornings.slice(-lateOnes)
  for (const morning of mornings.slice(0, mornings.length - late.length)) await take(morning)
  const abroad = login(start + 13 * dayMs, { country: 'BR' })
  const back = login(start + 14 * dayMs, { country: 'BR' })
  return {
    tenantId,
    events: [...late, abroad, back],
    results: async () => (await unusual()).length,
    left: async () => {
      const told = JSON.stringify(await unusual())
      return told === JSON.stringify([[abroad.id, ['new_country']]]) ? [] : [`told ${told}`]
    },
  }
}

const countOutcomes = async ({ stack: { urls }, services }: World) => {
  const tenantId = newTenantId()
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'ai', 'psa'] })
  const answered = (outcome: 'shown' | 'accepted') =>
    eventOf({
      type: 'psa.suggestion.answered',
      tenantId,
      data: { suggestion_id: 'suggestion-1', field: 'category', outcome, answered_at: new Date().toISOString() },
    })
  const counts = async () => {
    const { totals } = await showOutcomes({ store: services.store(), tenantId, now: services.now }, {})
    return totals.find(({ field }) => field === 'category')
  }
  return {
    tenantId,
    events: [answered('shown'), answered('accepted')],
    results: async () => (await counts())?.accepted ?? 0,
    left: async () => {
      const shown = (await counts())?.shown ?? 0
      return shown === 1 ? [] : [`shown ${shown} times`]
    },
  }
}

export const signalFeatures: readonly Feature[] = [
  {
    name: 'a signal of an insider',
    peers: ['hub', 'people', 'defend'],
    tells: { peer: 'defend', operation: 'createInsiderSignal' },
    begin: signalInsider,
  },
  {
    name: 'the score of a device',
    peers: ['hub', 'defend'],
    tells: { peer: 'defend', operation: 'putBehaviourScores' },
    begin: scoreBehaviour,
  },
  {
    name: 'an unusual login',
    peers: ['hub', 'defend'],
    tells: { peer: 'defend', operation: 'putLoginAnomalies' },
    begin: tellLogins,
  },
  { name: 'what became of a suggestion', peers: ['hub', 'psa'], begin: countOutcomes },
]
