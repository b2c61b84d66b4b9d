import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Queues } from '../../../shared/bus/queues.ts'
import { AppError } from '../../../shared/errors.ts'
import { readIncident, resolveIncident, settleReplay } from '../../../shared/incidents/incident-life.ts'
import { listIncidents, listParked } from '../../../shared/incidents/incident-list.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import { type MessageToPark, parkMessage } from '../../../shared/incidents/incident-recording.ts'
import { incidentTable } from '../../../shared/incidents/incident-table.ts'
import { replayIncident } from '../../../shared/incidents/replay.ts'
import { replayProperties } from '../../../shared/incidents/replay-properties.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { type TestSealing, startTestSealing } from '../../support/test-sealing.ts'
import { storedText } from '../../support/stored-text.ts'
import { failureOf, messageOf, newTenant } from './failures.ts'
import { type TestQueue, startTestQueue } from './test-queue.ts'

let azurite: TestAzurite
let queue: TestQueue
let store: Store
let sealed: TestSealing
let tenantId: string

beforeAll(async () => {
  azurite = await startAzurite()
  store = createStore(azurite)
  sealed = await startTestSealing(store)
  queue = await startTestQueue()
})
afterAll(async () => {
  await queue.stop()
  await sealed.close()
  await azurite.stop()
})
beforeEach(() => {
  tenantId = newTenant()
})

type Key = { readonly owner: string; readonly incidentId: string }

const now = () => new Date()
const park = (given: Partial<MessageToPark> = {}, failure = failureOf(tenantId), clock = now): Promise<Key> =>
  parkMessage({ store, now: clock, sealing: sealed.sealing }, failure, messageOf(tenantId, given))
const replay = (key: Key, queues: Queues = queue.queues, clock = now) =>
  replayIncident({ store, queues, now: clock, sealing: sealed.sealing }, key, 'user:a')
const settle = (key: Key, parkedId: string) => settleReplay({ store, now }, { ...key, parkedId })
const incident = async (key: Key) => (await readIncident(store, key)).value
const messages = async (key: Key) => (await listParked(store, key, { limit: 100 })).messages
const unresolved = async () =>
  (await listIncidents(store, ownerOfTenant(tenantId), { state: 'unresolved', limit: 100 })).incidents
const bodies = async (key: Key) =>
  (await store.open(incidentTable).body.list({ owner: key.owner }, { limit: 100 })).rows.length

/** As if so many more had been parked: one after the other would take its time. */
const copyParked = async ({ owner, incidentId }: Key, parkedId: string, copies: number): Promise<void> => {
  const rows = store.open(incidentTable)
  const [message, body] = await Promise.all([
    rows.parked.get({ owner, incidentId, parkedId }),
    rows.body.get({ owner, incidentId, parkedId }),
  ])
  if (!message || !body) throw new Error('There is no such message to copy.')
  const sealing = await sealed.sealing()
  const text = await sealing.open(tenantId, `parked message/${parkedId}`, body.value.sealed)
  const operations = await Promise.all(
    Array.from({ length: copies }, async (_, index) => {
      const copy = { parkedId: `copy-${index}` }
      const sealedCopy = await sealing.seal(tenantId, `parked message/${copy.parkedId}`, text)
      return [
        rows.parked.toInsert({ ...message.value, ...copy }),
        rows.body.toInsert({ ...body.value, ...copy, sealed: sealedCopy }),
      ]
    }),
  )
  for (let from = 0; from < copies; from += 50) await rows.transaction(operations.slice(from, from + 50).flat())
}

/** Sends, and ends the process before it can say so. */
const sendAndCrash: Queues = {
  sweepDeadLetters: async () => 0,
  close: async () => {},
  send: async (...message) => {
    await queue.queues.send(...message)
    throw new AppError('bus-unavailable', 'The process ends here.')
  },
}

describe('a replay', () => {
  it('sends the message as it was, and says where it was parked', async () => {
    const key = await park({ parkedId: 'm', body: '{"a": 1.0}' })
    expect(await replay(key)).toEqual({ replayed: 1, hasMore: false })
    const [sent] = await queue.take(1)
    expect(String(sent?.body)).toBe('{"a": 1.0}')
    expect(sent).toMatchObject({
      contentType: 'application/cloudevents+json',
      applicationProperties: { type: 'hub.iam.user_created', publisher: 'hub' },
    })
    expect(replayProperties.read(sent?.applicationProperties ?? {})).toEqual({ ...key, parkedId: 'm', replays: 1 })
    expect(await messages(key)).toMatchObject([{ state: 'replaying', replays: 1 }])
    expect(await incident(key)).toMatchObject({ state: 'open', parked: 1, replayedBy: 'user:a' })
  })

  it('that is repeated sends nothing again, nor does one at the same time', async () => {
    const key = await park()
    await Promise.all([replay(key), replay(key), replay(key)])
    expect(await replay(key)).toEqual({ replayed: 0, hasMore: false })
    await queue.take(1)
    expect(await messages(key)).toMatchObject([{ state: 'replaying', replays: 1 }])
  })

  it('that ended between sending and marking sends the message once when it is repeated', async () => {
    const key = await park()
    await expect(replay(key, sendAndCrash)).rejects.toMatchObject({ code: 'bus-unavailable' })
    expect(await messages(key)).toMatchObject([{ state: 'parked', replays: 0 }])
    expect(await replay(key)).toEqual({ replayed: 1, hasMore: false })
    await queue.take(1)
    expect(await messages(key)).toMatchObject([{ state: 'replaying', replays: 1 }])
  })

  it('can be made again after one that ended before marking came back', async () => {
    const key = await park({ parkedId: 'm' })
    await expect(replay(key, sendAndCrash)).rejects.toMatchObject({ code: 'bus-unavailable' })
    await queue.take(1)
    await park({ parkedId: 'm', replays: 1 })
    expect(await messages(key)).toMatchObject([{ state: 'parked', replays: 1 }])
    await replay(key)
    const [sent] = await queue.take(1)
    expect(replayProperties.read(sent?.applicationProperties ?? {})).toMatchObject({ replays: 2 })
  })

  it('can be made again after the message has failed again, which is counted', async () => {
    const key = await park({ parkedId: 'm' })
    await replay(key)
    await queue.take(1)
    expect(await park({ parkedId: 'm', replays: 1 })).toEqual(key)
    expect(await incident(key)).toMatchObject({ count: 2, parked: 1 })
    expect(await replay(key)).toEqual({ replayed: 1, hasMore: false })
    await queue.take(1)
  })

  it('is not undone by an older copy of the message that comes late', async () => {
    const key = await park({ parkedId: 'm' })
    await replay(key)
    await queue.take(1)
    await park({ parkedId: 'm', replays: 0 })
    expect(await messages(key)).toMatchObject([{ state: 'replaying', replays: 1 }])
    expect(await incident(key)).toMatchObject({ count: 1 })
  })

  it('of what is parked with two incidents sends two messages, each of which settles its own', async () => {
    const first = await park({ parkedId: 'm' })
    await replay(first)
    await resolveIncident({ store, now }, first, 'user:a')
    const second = await park({ parkedId: 'm' })
    await replay(second)
    const sent = await queue.take(2)
    expect(sent.map(({ applicationProperties = {} }) => replayProperties.read(applicationProperties))).toMatchObject([
      first,
      second,
    ])
  })

  it('sends 200 messages a call, and says that there are more', { timeout: 120_000 }, async () => {
    const key = await park({ parkedId: 'm' })
    await copyParked(key, 'm', 202)
    expect(await replay(key)).toEqual({ replayed: 200, hasMore: true })
    expect(await replay(key)).toEqual({ replayed: 3, hasMore: false })
    await queue.take(203)
  })

  it('sends a message again that has been on its way for more than two days', async () => {
    const key = await park()
    await replay(key)
    await queue.take(1)
    const inHours = (hours: number) => () => new Date(Date.now() + hours * 3_600_000)
    expect(await replay(key, queue.queues, inHours(47))).toMatchObject({ replayed: 0 })
    expect(await replay(key, queue.queues, inHours(49))).toMatchObject({ replayed: 1 })
    await queue.take(1)
  })

  it('of an incident that is not there, or of another owner, is refused and sends nothing', async () => {
    const key = await park()
    for (const other of [
      { ...key, owner: ownerOfTenant(newTenant()) },
      { ...key, incidentId: 'inc_x' },
    ])
      await expect(replay(other)).rejects.toMatchObject({ code: 'not-found' })
    await queue.take(0)
  })
})

describe('a replayed message that goes through', () => {
  it('is parked no more, and resolves its incident', async () => {
    const key = await park({ parkedId: 'm' })
    await replay(key)
    await settle(key, 'm')
    await queue.take(1)
    expect(await incident(key)).toMatchObject({ state: 'resolved', parked: 0, resolvedBy: 'replay' })
    expect([await messages(key), await bodies(key), await unresolved()]).toEqual([[], 0, []])
    await settle(key, 'm')
    expect(await incident(key)).toMatchObject({ state: 'resolved', parked: 0 })
  })

  it('leaves the incident open while others of it are parked', async () => {
    const key = await park({ parkedId: 'm' })
    await park({ parkedId: 'n' })
    await settle(key, 'm')
    expect(await incident(key)).toMatchObject({ state: 'open', parked: 1 })
    await settle(key, 'n')
    expect(await incident(key)).toMatchObject({ state: 'resolved', parked: 0 })
  })

  it('counts once each when 30 do at once, while others are parked', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `m-${index}`)
    const key = await park({ parkedId: 'last' })
    for (const parkedId of ids) await park({ parkedId })
    await Promise.all([...ids.map((id) => settle(key, id)), ...Array.from({ length: 5 }, () => park())])
    expect(await incident(key)).toMatchObject({ state: 'open', parked: 6, count: 36 })
    expect(await messages(key)).toHaveLength(6)
  })

  it('resolves its incident also when another message of it ended unseen', async () => {
    const old = () => new Date(Date.now() - 100 * 86_400_000)
    const key = await park({ parkedId: 'ended' }, failureOf(tenantId), old)
    await park({ parkedId: 'm' })
    expect(await incident(key)).toMatchObject({ parked: 2 })
    await settle(key, 'm')
    expect(await incident(key)).toMatchObject({ state: 'resolved', parked: 0 })
  })

  it('changes nothing of an incident that somebody had resolved but its number of messages', async () => {
    const key = await park({ parkedId: 'm' })
    await replay(key)
    await queue.take(1)
    const resolved = await resolveIncident({ store, now }, key, 'user:a')
    await park({ parkedId: 'n' })
    await settle(key, 'm')
    expect(await incident(key)).toEqual({ ...resolved, parked: 0 })
    expect(await unresolved()).toHaveLength(1)
  })
})

describe('a body', () => {
  /** What is left of the broker's 256 KB beside the properties. */
  const largest = 261_000
  const secret = 'sk_live_in_the_body'
  const text = (unit: string): string => unit.repeat(Math.floor(largest / Buffer.byteLength(unit)))

  it.each([
    ['of text', { body: text(`{"${secret}":"äöü 😀"} `), bodyEncoding: 'text' }],
    ['of control characters', { body: text('\u0000\u0001\u001f\u007f\u0085'), bodyEncoding: 'text' }],
    ['of quotes and line breaks', { body: text('"\\\r\n\t\ufeff'), bodyEncoding: 'text' }],
    ['of bytes', { body: randomBytes(largest).toString('base64'), bodyEncoding: 'base64' }],
    ['of nothing', { body: '', bodyEncoding: 'text' }],
  ] as const)('%s is replayed byte for byte', async (_, given) => {
    await replay(await park(given))
    const [sent] = await queue.take(1)
    const bytes = Buffer.from(given.body, given.bodyEncoding === 'base64' ? 'base64' : 'utf8')
    expect(Buffer.from(sent?.body as Uint8Array).equals(bytes)).toBe(true)
  })

  it('of a full 256 KB is kept; without room for a replay it keeps none of the others back', async () => {
    const key = await park({ parkedId: 'a', body: 'x'.repeat(262_144) })
    await park({ parkedId: 'b' })
    const lines: string[] = []
    const answer = await runWithLogSink(
      (_, line) => lines.push(line),
      () => replay(key),
    )
    expect(answer).toEqual({ replayed: 1, hasMore: false })
    expect((await messages(key)).map(({ parkedId, state }) => [parkedId, state])).toEqual([
      ['a', 'parked'],
      ['b', 'replaying'],
    ])
    expect(lines.join('\n')).toContain('governance.incident.message_too_large')
    expect(lines.join('\n')).not.toContain('xxxxx')
    await queue.take(1)
  })

  it.each([
    ['its organization', () => tenantId],
    ['the platform, when it names none', () => undefined],
  ])('is sealed for %s: no table has what it says', async (_, whose) => {
    const word = `word-${randomUUID()}`
    const { tenantId: __, ...anonymous } = messageOf(tenantId, { body: `{"person":"${word}"}` })
    const named = whose()
    const message = { ...anonymous, ...(named !== undefined && { tenantId: named }) }
    const key = await parkMessage({ store, now, sealing: sealed.sealing }, failureOf(tenantId), message)
    const stored = await storedText(azurite.connectionString)
    expect(stored).toContain(message.parkedId)
    for (const form of [word, Buffer.from(message.body).toString('base64')]) expect(stored).not.toContain(form)
    const row = await store.open(incidentTable).body.get({ ...key, parkedId: message.parkedId })
    const opened = (await sealed.sealing()).open(
      named ?? platform,
      `parked message/${message.parkedId}`,
      row?.value.sealed ?? '',
    )
    expect(await opened).toBe(message.body)
  })

  it('that nobody can decrypt any more stays parked, and keeps none of the others back', async () => {
    const key = await park({ parkedId: 'a' })
    await park({ parkedId: 'b' })
    const rows = store.open(incidentTable).body
    const [a, b] = await Promise.all([rows.get({ ...key, parkedId: 'a' }), rows.get({ ...key, parkedId: 'b' })])
    if (!a || !b) throw new Error('They are not parked.')
    await rows.update(a, { ...a.value, sealed: b.value.sealed })
    const answer = await runWithLogSink(
      () => {},
      () => replay(key),
    )
    expect(answer).toEqual({ replayed: 1, hasMore: false })
    expect((await messages(key)).map(({ parkedId, state }) => [parkedId, state])).toEqual([
      ['a', 'parked'],
      ['b', 'replaying'],
    ])
    await queue.take(1)
  })

  it('is not among what is read of the message, nor in the log', async () => {
    const lines: string[] = []
    const key = await runWithLogSink(
      (_, line) => lines.push(line),
      async () => {
        const parked = await park({ parkedId: 'm', body: secret })
        await replay(parked)
        return parked
      },
    )
    await queue.take(1)
    expect(JSON.stringify([await messages(key), await incident(key), lines])).not.toMatch(
      new RegExp(`${secret}|${Buffer.from(secret).toString('base64')}`),
    )
    expect(lines.join('\n')).toContain('governance.incident.replayed')
  })
})
