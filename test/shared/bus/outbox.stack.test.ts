import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import * as z from 'zod'
import type { CloudEvent } from '../../../shared/bus/cloud-event.ts'
import { newEvent } from '../../../shared/bus/event.ts'
import {
  commitWithEvents,
  outboxBuckets,
  outboxMarkerTable,
  outboxRow,
  sweepOutbox,
} from '../../../shared/bus/outbox.ts'
import { AppError } from '../../../shared/errors.ts'
import { createBusClient } from '../../../shared/peers/bus/client.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { startAzurite } from '../../support/azurite.ts'
import { startFaultProxy } from '../../support/fault-proxy.ts'
import { json, startPeerServer } from '../../support/peer-server.ts'

const noteTable = table('outboxNotes', {
  note: rowKind({
    schema: z.strictObject({ tenantId: z.string(), id: z.string() }),
    partition: ['tenantId'],
    key: ['id'],
    keepFor: { days: 1 },
    dataOf: { nobody: 'Of a test' },
  }),
  outbox: outboxRow,
})

let azurite: Awaited<ReturnType<typeof startAzurite>>
let bus: Awaited<ReturnType<typeof startPeerServer>>
let store: Store
let tenantId: string

beforeAll(async () => {
  azurite = await startAzurite()
  store = createStore({ connectionString: azurite.connectionString })
})
afterAll(() => azurite.stop())

beforeEach(async () => {
  tenantId = `tenant-${randomUUID()}`
  bus = await startPeerServer(accept)
  return bus.close
})

const accept = (response: Parameters<ReturnType<typeof json>>[0], request: Parameters<ReturnType<typeof json>>[1]) =>
  json(202, { id: (JSON.parse(request.body) as CloudEvent).id })(response, request)

const parts = (now = () => new Date()) => ({
  store,
  now,
  bus: async () =>
    createBusClient({
      baseUrl: bus.baseUrl,
      key: () => 'key-for-the-bus',
      retries: { max: 0 },
      timeouts: { attemptMs: 500 },
    }),
})
const later = () => new Date(Date.now() + 120_000)
const sweep = (now = later) => sweepOutbox(parts(now), [noteTable], { signal: new AbortController().signal })

const backup = (id: string) =>
  newEvent({
    type: 'code.backup.requested',
    tenantId,
    data: { job_id: id, repo_id: 'repo-1', org_id: 'org-1' },
    now: new Date(),
  })
const commit = (id: string, events: readonly CloudEvent[]) =>
  commitWithEvents(parts(), {
    table: noteTable,
    tenantId,
    operations: [store.open(noteTable).note.toInsert({ tenantId, id })],
    events,
  })

const published = () => bus.requests.map(({ body }) => (JSON.parse(body) as CloudEvent).id)
const waiting = async () => (await store.open(noteTable).outbox.list({ tenantId }, { limit: 100 })).rows.length
const markers = async () => {
  const pages = outboxBuckets.names.map((bucket) =>
    store.open(outboxMarkerTable).marker.list({ bucket }, { limit: 1_000 }),
  )
  return (await Promise.all(pages)).flatMap(({ rows }) => rows).filter(({ value }) => value.tenantId === tenantId)
    .length
}
const noted = (id: string) => store.open(noteTable).note.get({ tenantId, id })

describe('a change with events', () => {
  it('stands, and its events are published, in order, with nothing left over', async () => {
    const events = [backup('1'), backup('2')]
    await commit('a', events)
    expect(await noted('a')).toBeDefined()
    expect(published()).toEqual(events.map(({ id }) => id))
    expect([await waiting(), await markers()]).toEqual([0, 0])
  })

  it('stands while the bus is down, and its events go out with the sweep', async () => {
    bus.answerWith(json(503, {}))
    const event = backup('1')
    await commit('a', [event])
    expect([await waiting(), await markers()]).toEqual([1, 1])
    bus.answerWith(accept)
    expect(await sweep()).toMatchObject({ published: 1 })
    expect(published().at(-1)).toBe(event.id)
    expect([await waiting(), await markers()]).toEqual([0, 0])
  })

  it('publishes nothing when the change does not come about', async () => {
    await commit('a', [])
    await expect(commit('a', [backup('1')])).rejects.toMatchObject({ code: 'conflict' })
    expect(published()).toEqual([])
    expect([await waiting(), await markers()]).toEqual([0, 0])
  })

  it('does not stand without its events', async () => {
    bus.answerWith(json(503, {}))
    const at = new Date()
    const commitAt = (id: string, event: CloudEvent) =>
      commitWithEvents(
        parts(() => at),
        {
          table: noteTable,
          tenantId,
          operations: [store.open(noteTable).note.toInsert({ tenantId, id })],
          events: [event],
        },
      )
    const event = backup('1')
    await commitAt('a', event)
    // The place of the event is taken.
    await expect(commitAt('b', event)).rejects.toMatchObject({ code: 'conflict' })
    expect(await noted('b')).toBeUndefined()
    expect([await waiting(), await markers()]).toEqual([1, 1])
    bus.answerWith(accept)
    await sweep()
  })

  it('goes out with the sweep when it stands and the answer of the storage was lost', async () => {
    const tables = /TableEndpoint=(http:\/\/[^/;]+)/.exec(azurite.connectionString)?.[1] ?? ''
    const proxy = await startFaultProxy(tables)
    onTestFinished(proxy.close)
    const behind = createStore({ connectionString: azurite.connectionString.replace(tables, proxy.url) })
    let isStored = false
    // The transaction goes through once, and no word of it comes back.
    proxy.decide = (_, url) => {
      if (!url.includes('$batch')) return 'pass'
      if (isStored) return 'refuse'
      isStored = true
      return 'cut'
    }
    const event = backup('1')
    const lost = commitWithEvents(
      { ...parts(), store: behind },
      {
        table: noteTable,
        tenantId,
        operations: [behind.open(noteTable).note.toInsert({ tenantId, id: 'a' })],
        events: [event],
      },
    )
    await expect(lost).rejects.toMatchObject({ code: 'storage-unavailable' })
    expect(await noted('a')).toBeDefined()
    expect(await markers()).toBe(1)
    expect(await sweep()).toMatchObject({ published: 1 })
    expect(published()).toEqual([event.id])
    expect([await waiting(), await markers()]).toEqual([0, 0])
  })

  it('is left alone by the sweep while it may still be under way', async () => {
    bus.answerWith(json(503, {}))
    await commit('a', [backup('1')])
    bus.answerWith(accept)
    expect(await sweep(() => new Date())).toMatchObject({ published: 0 })
    expect(await markers()).toBe(1)
    await sweep()
  })

  it('has an event that the bus refuses for good: it stays, and the others go out', async () => {
    bus.answerWith(json(503, {}))
    const [refused, good] = [backup('1'), backup('2')]
    await commit('a', [refused, good])
    bus.answerWith((response, request) =>
      (JSON.parse(request.body) as CloudEvent).id === refused.id
        ? json(403, { title: 'Not yours to publish', status: 403 })(response, request)
        : accept(response, request),
    )
    const since = expect.any(String) as string
    expect(await sweep()).toEqual({
      published: 1,
      left: 1,
      oldest: { since, failure: expect.any(AppError) as AppError },
    })
    expect([await waiting(), await markers()]).toEqual([1, 1])
    bus.answerWith(accept)
    expect(await sweep()).toEqual({ published: 1, left: 0 })
  })

  it('that died before its transaction leaves a marker, which the sweep takes away', async () => {
    const dead = {
      bucket: outboxBuckets.names[0] ?? '',
      since: new Date().toISOString(),
      commit: randomUUID(),
      table: noteTable.name,
      tenantId,
    }
    await store.open(outboxMarkerTable).marker.insert(dead)
    expect(await sweep()).toMatchObject({ published: 0 })
    expect(await markers()).toBe(0)
  })
})
