// What the timer of the outbox says when the bus stays away, with a bus and an emulator of its own.
import { InvocationContext } from '@azure/functions'
import { afterAll, aroundEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { outboxTimer } from '../../../functions/platform/outbox-timer.ts'
import { newEvent } from '../../../shared/bus/event.ts'
import { commitWithEvents, outboxRow } from '../../../shared/bus/outbox.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { listIncidents } from '../../../shared/incidents/incident-list.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import { createBusClient } from '../../../shared/peers/bus/client.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { serveTimer } from '../../../shared/triggers/timer-pipeline.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { json, startPeerServer } from '../../support/peer-server.ts'

const noteTable = table('outboxTimerNotes', {
  note: rowKind({
    schema: z.strictObject({ tenantId: z.string(), id: z.string() }),
    partition: ['tenantId'],
    key: ['id'],
    keepFor: { days: 1 },
    dataOf: { nobody: 'Of a test' },
  }),
  outbox: outboxRow,
})
const tenantId = 't1'
const name = 'test-outbox-timer'

let azurite: TestAzurite
beforeAll(async () => {
  azurite = await startAzurite()
})
afterAll(() => azurite.stop())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

/** As the functions are so many minutes later, with a bus that answers so. */
const servicesAt = (minutes: number, bus: Services['bus']): Services => {
  const settings = { DATA_STORAGE: azurite.connectionString, BUS_API_URL: 'https://bus.example' }
  const config = loadConfig({ ...settings, BUS_INTEGRATION_KEY: 'wuTh4Aefai7Eir0ieXae' })
  return { ...createServices(config), bus, now: () => new Date(Date.now() + minutes * 60_000) }
}

const busThatAnswers = async (status: number): Promise<Services['bus']> => {
  const server = await startPeerServer((response, request) =>
    json(status, { id: (JSON.parse(request.body) as { id: string }).id })(response, request),
  )
  const client = createBusClient({ baseUrl: server.baseUrl, key: () => 'key', retries: { max: 0 } })
  return async () => client
}

const commit = (services: Services, id: string) =>
  commitWithEvents(
    { store: services.store(), bus: services.bus, now: services.now },
    {
      table: noteTable,
      tenantId,
      operations: [services.store().open(noteTable).note.toInsert({ tenantId, id })],
      events: [
        newEvent({
          type: 'code.backup.requested',
          tenantId,
          data: { job_id: id, repo_id: 'repo-1', org_id: 'org-1' },
          now: services.now(),
        }),
      ],
      publish: 'later',
    },
  )

const run = (services: Services): Promise<void> =>
  serveTimer(
    outboxTimer(name, async () => [noteTable]),
    services,
  )(
    { isPastDue: false, schedule: { adjustForDST: false }, scheduleStatus: { last: '', next: '', lastUpdated: '' } },
    new InvocationContext({ logHandler: () => {} }),
  )

const incidents = async (owner = platform) =>
  (
    await listIncidents(servicesAt(0, async () => Promise.reject(new Error('unused'))).store(), owner, {
      state: 'all',
      limit: 100,
    })
  ).incidents

describe('the timer of the outbox', () => {
  it('tells the platform when the bus has been away for ten minutes, once, and the next success closes it', async () => {
    const away = await busThatAnswers(503)
    await commit(servicesAt(0, away), 'n1')
    await commit(servicesAt(9, away), 'n2')
    await run(servicesAt(9, away))
    expect(await incidents()).toEqual([])

    await expect(run(servicesAt(11, away))).rejects.toMatchObject({
      code: 'peer-unavailable',
      message: expect.stringMatching(
        /^Events have not been published since 20.*Z\. The call "publish event" to bus/,
      ) as string,
      details: { peer: 'bus', peerStatus: 503 },
    })
    await expect(run(servicesAt(12, away))).rejects.toThrow('Events have not been published since')
    expect(await incidents()).toMatchObject([
      {
        integration: 'code→bus',
        operation: `publish delayed events (${name})`,
        code: 'peer-unavailable',
        severity: 'high',
        state: 'open',
        count: 2,
      },
    ])
    expect(await incidents(ownerOfTenant(tenantId))).toEqual([])

    await run(servicesAt(13, await busThatAnswers(202)))
    expect(await incidents()).toMatchObject([{ state: 'resolved', resolvedBy: 'success', count: 2 }])
  })

  it('counts from the oldest that waits, and is content with what waits for the first time', async () => {
    const [away, back] = [await busThatAnswers(503), await busThatAnswers(202)]
    const before = (await incidents()).length
    await commit(servicesAt(60, away), 'n3')
    await run(servicesAt(62, away))
    await run(servicesAt(70, back))
    await commit(servicesAt(71, away), 'n4')
    await run(servicesAt(80, away))
    expect(await incidents()).toHaveLength(before)
  })
})
