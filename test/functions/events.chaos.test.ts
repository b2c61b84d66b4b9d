// Hundreds of detections and user events run while the functions are killed again and again, and every peer fails a fifth of the calls,
// answers late, does what it was asked and says nothing, or is away altogether for a while. Afterwards everything has come out once, and nothing is lost.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../local/stand-ins/faults.ts'
import type { Stack } from '../../local/stack.ts'
import { createIntegrationKey } from '../../shared/auth/integration-key.ts'
import { sessionCutoffTable } from '../../shared/auth/session-cutoff.ts'
import type { CloudEvent } from '../../shared/bus/cloud-event.ts'
import { clientTable } from '../../shared/clients/client-directory.ts'
import { ownerOfTenant, platform } from '../../shared/incidents/incident-owner.ts'
import { incidentTable } from '../../shared/incidents/incident-table.ts'
import { createStore } from '../../shared/store/store.ts'
import { newClient } from '../support/browser-client.ts'
import { eventOf, publish } from '../support/bus-events.ts'
import { defendControl } from '../support/defend-control.ts'
import { eventually } from '../support/eventually.ts'
import { hubControl } from '../support/hub-control.ts'
import { operatorHeaders } from '../support/operators.ts'
import { psaControl } from '../support/psa-control.ts'
import { type QueueWatch, watchQueues } from '../support/queue-watch.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { startTestStack } from '../support/stack-setup.ts'
import { isLong } from '../support/thoroughness.ts'
import { runTimerUntil } from '../support/timer-run.ts'

const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000)
const random = seededRandom(seed)

const detectionCount = isLong ? 500 : 60
const userCount = isLong ? 100 : 12
const eventsPerUser = 5
const killCount = isLong ? 6 : 2
const tenantIds = ['tenant-chaos-1', 'tenant-chaos-2', 'tenant-chaos-3'] as const
const clientIds = ['client-1', 'client-2', 'client-unmapped', 'client-unknown-to-psa'] as const
const causes = ['T1486', 'T1059', 'T1003'] as const
const roles = ['viewer', 'member', 'admin'] as const

const dataFolder = mkdtempSync(join(tmpdir(), 'events-chaos-'))
let stack: Stack
let queues: QueueWatch

const store = () => createStore({ connectionString: stack.settings['DATA_STORAGE'] ?? '' })
const publishAll = async (events: readonly CloudEvent[]): Promise<void> => {
  const left = [...events]
  const publishNext = async (): Promise<void> => {
    for (let event = left.pop(); event; event = left.pop())
      await publish(stack.urls.bus, event.type.startsWith('hub.') ? 'hub' : 'defend', event)
  }
  await Promise.all(Array.from({ length: 8 }, publishNext))
}

type Peer = 'hub' | 'psa' | 'defend' | 'bus'
const setFaults = async (peer: Peer, faults: readonly Fault[]): Promise<void> => {
  const response = await fetch(`${stack.urls[peer]}/_control/faults`, {
    method: 'PUT',
    body: JSON.stringify(faults),
    headers: { 'content-type': 'application/json' },
  })
  expect(response.status).toBe(204)
}

/** A fifth of all calls, of every kind of failure that peers have. */
const faultsOf = (offset: number): readonly Fault[] => [
  { kind: 'status', status: 503, probability: 0.08, seed: seed + offset },
  { kind: 'reset-connection', probability: 0.04, seed: seed + offset + 1 },
  { kind: 'commit-then-status', probability: 0.04, seed: seed + offset + 2 },
  { kind: 'latency', ms: 1_500, probability: 0.03, seed: seed + offset + 3 },
  { kind: 'commit-then-hang', probability: 0.015, seed: seed + offset + 4 },
]

type Detection = {
  readonly id: string
  readonly tenantId: string
  readonly isCritical: boolean
  readonly event: CloudEvent
}

const urlOf = (detectionId: string): string => `https://defend.example/detections/${detectionId}`

const newDetection = (): Detection => {
  const id = `detection-${randomUUID()}`
  const tenantId = random.pick(tenantIds)
  const isCritical = random.fraction() < 0.9
  const event = eventOf({
    type: 'defend.detection.created',
    tenantId,
    data: {
      detection_id: id,
      severity: isCritical ? 'critical' : 'high',
      title: 'Mass encryption of files',
      summary: 'A process renames and rewrites files at a rate that no person reaches.',
      cause: random.pick(causes),
      client_id: random.pick(clientIds),
      device: { id: `device-${random.below(50)}`, hostname: `host-${random.below(50)}` },
      remediation: ['Isolate the device.'],
      detected_at: new Date(Date.parse('2026-05-04T10:00:00Z') + random.below(4 * 3_600_000)).toISOString(),
      url: urlOf(id),
    },
  })
  return { id, tenantId, isCritical, event }
}

type User = { readonly id: string; readonly tenantId: string }

/** The user's whole story happens at Hub at once; the bus tells of it later, in any order. */
const storyOf = async (user: User): Promise<readonly CloudEvent[]> => {
  const hub = hubControl(stack.urls.hub, user.tenantId)
  const events: CloudEvent[] = []
  let before = (await hub.putUser(user.id, { orgRole: 'member', products: ['psa', 'code'] }, { publish: false })).after
  for (let change = 0; change < eventsPerUser; change += 1) {
    const { after } = await hub.changeUser(
      user.id,
      random.fraction() < 0.15
        ? { status: before.status === 'active' ? 'deactivated' : 'active' }
        : random.fraction() < 0.4
          ? { products: before.products.includes('psa') ? ['code'] : ['code', 'psa'] }
          : { orgRole: random.pick(roles) },
      { publish: false },
    )
    const stateOf = ({ status, orgRole, products }: typeof after) => ({ status, org_role: orgRole, products })
    events.push(
      eventOf({
        type: 'hub.iam.permission_changed',
        tenantId: user.tenantId,
        data: {
          actor: { type: 'user', id: 'an-admin' },
          user_id: user.id,
          outcome: 'success',
          user_version: after.version,
          before: stateOf(before),
          after: stateOf(after),
        },
      }),
    )
    before = after
  }
  return events
}

const peers = ['hub', 'psa', 'defend', 'bus'] as const
/** PSA refuses some tickets for good, so that their detections wait for a person. */
const refusals: readonly Fault[] = [
  { kind: 'status', status: 422, operation: 'createTicket', probability: isLong ? 0.1 : 0.25, seed: seed + 100 },
]

const failAFifth = (peer: Peer): Promise<void> =>
  setFaults(peer, [...faultsOf(peers.indexOf(peer) * 10), ...(peer === 'psa' ? refusals : [])])

/** For longer than the client of a peer tries again: then it is the message that has to come again. */
const outage = async (): Promise<void> => {
  const peer = random.pick<Peer>(['hub', 'psa', 'defend'])
  await setFaults(peer, [{ kind: 'status', status: 503 }])
  await sleep(4_000)
  await failAFifth(peer)
}

const killRepeatedly = async (): Promise<void> => {
  for (let kill = 0; kill < killCount; kill += 1) {
    await sleep(random.below(2_000))
    await outage()
    await stack.killHost()
    await stack.restartHost()
  }
}

/** How long each part took, for whoever reads the output. */
const timedPhases = () => {
  let begun = performance.now()
  return (name: string): void => {
    console.log(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s`)
    begun = performance.now()
  }
}

const expectDrained = async (msMax: number): Promise<void> => {
  await eventually(queues.left, (left) => Object.keys(left).length === 0, msMax)
}

/** Everything that is parked, with its incident. Nothing may be parked without one, and each knows how many it has. */
const readIncidents = async () => {
  const rows = store().open(incidentTable)
  const found = []
  for (const owner of [platform, ...tenantIds.map(ownerOfTenant)]) {
    const incidents = await rows.incident.list({ owner }, { limit: 100 })
    const parked = await rows.parked.list({ owner }, { limit: 1_000 })
    for (const { value } of incidents.rows) {
      const own = parked.rows.filter((row) => row.value.incidentId === value.incidentId)
      expect([value.incidentId, value.parked]).toEqual([value.incidentId, own.length])
      found.push({ owner, incident: value, parked: own.map((row) => row.value) })
    }
    const known = new Set(incidents.rows.map(({ value }) => value.incidentId))
    expect(parked.rows.filter(({ value }) => !known.has(value.incidentId))).toEqual([])
  }
  return found
}

const replayAll = async (): Promise<void> => {
  for (const { owner, incident, parked } of await readIncidents()) {
    if (parked.length === 0) continue
    const isPlatform = owner === platform
    const headers = isPlatform
      ? await operatorHeaders(stack.urls.operators, ['Operator.Platform'])
      : {
          'x-integration-key': await createIntegrationKey(store(), {
            environment: 'test',
            tenantId: owner.slice('tenant:'.length),
            integration: 'operations→governance',
            scopes: ['governance:incidents:write'],
            now: new Date(),
          }),
        }
    const client = newClient(stack.urls, headers)
    const path = `/api/ai/governance/${isPlatform ? 'platform/' : ''}incidents/${incident.incidentId}/replay`
    for (let hasMore = true; hasMore;) {
      const response = await client.fetch(path, { method: 'POST' })
      expect(response.status).toBe(202)
      hasMore = ((await response.json()) as { hasMore: boolean }).hasMore
    }
  }
}

beforeAll(async () => {
  stack = await startTestStack({
    dataFolder,
  })
  queues = watchQueues(stack.settings['SERVICE_BUS'] ?? '')
  for (const tenantId of tenantIds) {
    await hubControl(stack.urls.hub, tenantId).putOrganization({ products: ['hub', 'psa', 'code', 'ai', 'defend'] })
    await psaControl(stack.urls.psa, tenantId).setCompanies(['company-1', 'company-2'])
    for (const [clientId, psaCompanyId] of [
      ['client-1', 'company-1'],
      ['client-2', 'company-2'],
      ['client-unmapped', undefined],
      ['client-unknown-to-psa', 'company-3'],
    ] as const)
      await store()
        .open(clientTable)
        .client.upsert({ tenantId, clientId, name: clientId, ...(psaCompanyId !== undefined && { psaCompanyId }) })
  }
})

afterAll(async () => {
  await queues?.close()
  await stack?.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})

describe(`functions that are killed while peers fail (CHAOS_SEED=${seed})`, () => {
  it(
    'bring every detection onto one ticket, every user into the right state, and lose nothing',
    { timeout: 600_000 },
    async () => {
      const detections = Array.from({ length: detectionCount }, newDetection)
      const users = Array.from({ length: userCount }, () => ({
        id: `user-${randomUUID()}`,
        tenantId: random.pick(tenantIds),
      }))
      const stories: CloudEvent[] = []
      for (const user of users) stories.push(...(await storyOf(user)))
      const events = [...detections.map(({ event }) => event), ...stories]
      // Some come twice, under their own id or, as Defend does when it is unsure, under another.
      const repeated = events.filter(() => random.fraction() < 0.1)
      const renamed = detections
        .filter(() => random.fraction() < 0.05)
        .map(({ event }) => ({ ...event, id: randomUUID() }))

      const phase = timedPhases()
      for (const peer of peers) await failAFifth(peer)
      await Promise.all([publishAll(random.shuffled([...events, ...repeated, ...renamed])), killRepeatedly()])
      phase('published, killed')
      await eventually(queues.left, (left) => Object.values(left).every((ids) => ids.length < 20), 300_000)
      for (const peer of peers) await setFaults(peer, [])
      for (const name of ['ai-dead-letter-timer', 'hub-dead-letter-timer'])
        await runTimerUntil(stack.urls.functions, name, async () =>
          Object.keys(await queues.left()).every((queue) => !queue.endsWith('$DeadLetterQueue')),
        )
      await expectDrained(180_000)

      phase('drained')
      const parked = (await readIncidents()).flatMap((found) => found.parked)
      expect(parked.length).toBeGreaterThan(0)
      await replayAll()
      await expectDrained(60_000)
      await eventually(
        readIncidents,
        (found) => found.every(({ incident, parked: own }) => own.length === 0 && incident.parked === 0),
        30_000,
      )

      phase('replayed')
      await expectOneTicketEach(detections)
      await expectUsersInStep(users)
      await expectAuditOnce(stories)
    },
  )
})

const expectOneTicketEach = async (detections: readonly Detection[]): Promise<void> => {
  for (const tenantId of tenantIds) {
    const tickets = await psaControl(stack.urls.psa, tenantId).tickets()
    const texts = tickets.flatMap(({ id, description, notes }) => [
      { id, text: description },
      ...notes.map(({ text }) => ({ id, text })),
    ])
    for (const detection of detections.filter((each) => each.tenantId === tenantId)) {
      const mentions = texts.filter(({ text }) => text.includes(urlOf(detection.id)))
      expect([detection.id, mentions.length]).toEqual([detection.id, detection.isCritical ? 1 : 0])
    }
    const references = tickets.map(({ externalReference }) => externalReference)
    expect(new Set(references).size).toBe(references.length)
  }
}

const expectUsersInStep = async (users: readonly User[]): Promise<void> => {
  for (const tenantId of tenantIds) {
    const hub = hubControl(stack.urls.hub, tenantId)
    const agents = new Map(
      (await psaControl(stack.urls.psa, tenantId).agents()).map((agent) => [agent.identity, agent]),
    )
    const cutoffs = store().open(sessionCutoffTable)
    for (const { id } of users.filter((user) => user.tenantId === tenantId)) {
      // A change of nothing: Hub's word on the user as it stands.
      const { after } = await hub.changeUser(id, {}, { publish: false })
      const isActive = after.status === 'active' && after.products.includes('psa')
      const role = after.orgRole === 'member' ? 'technician' : after.orgRole
      const agent = agents.get(id)
      if (isActive) expect(agent).toMatchObject({ identity: id, active: true, role })
      else expect([id, agent?.active ?? false]).toEqual([id, false])
      expect(await cutoffs.user.get({ tenantId, userId: id })).toBeDefined()
    }
  }
}

const expectAuditOnce = async (stories: readonly CloudEvent[]): Promise<void> => {
  for (const tenantId of tenantIds) {
    const told = stories.filter(({ tenantid }) => tenantid === tenantId).map(({ id }) => id)
    const seen = (await defendControl(stack.urls.defend, tenantId).auditEvents()).map(({ id }) => id)
    expect(seen.toSorted()).toEqual(told.toSorted())
  }
}
