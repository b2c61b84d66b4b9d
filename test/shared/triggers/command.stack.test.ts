import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../../shared/config/config.ts'
import type { ErrorCode } from '../../../shared/error-table.ts'
import { AppError } from '../../../shared/errors.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import { replayIncident } from '../../../shared/incidents/replay.ts'
import { createServices } from '../../../shared/services.ts'
import { newTrace, runInTrace } from '../../../shared/telemetry/trace.ts'
import { type CommandDefinition, command } from '../../../shared/triggers/command.ts'
import { commandMessage } from '../../../shared/triggers/command-message.ts'
import { serveCommand } from '../../../shared/triggers/command-pipeline.ts'
import { deadLetterTimer } from '../../../functions/platform/dead-letter-timer.ts'
import { eventually } from '../../support/eventually.ts'
import { timerInput } from '../../support/timer-input.ts'
import { type Stage, openStage, paint, twoCoats } from './command-stage.ts'
import { contextOf } from './subscriber-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
afterEach(() => {
  stage.storage.decide = () => 'pass'
})

const failing = (code: ErrorCode): never => {
  throw new AppError(code, 'It did not work.')
}

const only = <T>(found: readonly T[]): T => {
  const [one, ...more] = found
  if (!one || more.length > 0) throw new Error(`${more.length + (one ? 1 : 0)} were found instead of one.`)
  return one
}

/** The one message that waits under an id that begins so; its time has come when this resolves, and it has been handled. */
const nextAttempt = async (idStart: string) => {
  const next = only(await stage.scheduled(idStart))
  stage.clock.advance(next.inMs)
  await stage.idle()
  return next
}

const replay = async (incident: { readonly owner: string; readonly incidentId: string }): Promise<void> => {
  const { services } = stage
  const tools = {
    store: services.store(),
    now: services.now,
    queues: await services.queues(),
    sealing: services.sealing,
  }
  expect(await replayIncident(tools, incident, 'tester')).toEqual({ replayed: 1, hasMore: false })
  await stage.idle()
}

describe('a command that is sent', () => {
  it('is carried out with its tenant, its data and the trace of its sender, and named completed', async () => {
    const tenantId = stage.tenant()
    const trace = newTrace()
    const { messageId } = await runInTrace(trace, () => stage.send(tenantId))
    await stage.idle()
    expect(stage.callsFor(tenantId)).toEqual([{ tenantId, data: twoCoats, traceId: trace.traceId }])
    expect(stage.logged('message.handled', messageId)).toMatchObject([
      { outcome: 'completed', function: 'stage-paint-wall-command', type: paint.type, tenantId, attempt: 1 },
    ])
    expect(await stage.scheduled(messageId)).toEqual([])
    expect(await stage.incidents(ownerOfTenant(tenantId))).toEqual([])
  })

  it.each(['duplicate', 'ignored'] as const)('is named %s when its handler says so, and done with', async (outcome) => {
    const tenantId = stage.tenant(() => outcome)
    const { messageId } = await stage.send(tenantId)
    await stage.idle()
    expect(stage.logged('message.handled', messageId)).toMatchObject([{ outcome }])
    expect(stage.callsFor(tenantId)).toHaveLength(1)
    expect(await stage.scheduled(messageId)).toEqual([])
  })

  it('is carried out once when it was sent twice, for as long as the queue remembers its id', async () => {
    const tenantId = stage.tenant()
    const id = randomUUID()
    await stage.send(tenantId, id)
    await stage.idle()
    // The first one is gone: it is its id that the queue remembers, not the message.
    await stage.send(tenantId, id)
    await stage.idle()
    expect(stage.callsFor(tenantId)).toHaveLength(1)
    stage.clock.advance(10 * 60_000 + 1)
    await stage.send(tenantId, id)
    await stage.idle()
    expect(stage.callsFor(tenantId)).toHaveLength(2)
  })

  it.each([
    ['data that breaks its schema', { data: { wallId: 'wall-1', coats: 0 } }],
    ['an id that is too long', { id: 'x'.repeat(101) }],
    ['no id', { id: '' }],
    ['no tenant', { tenantId: '' }],
  ])('is not made of %s', async (_, given) => {
    const made = commandMessage(paint, { id: randomUUID(), tenantId: 't', data: twoCoats, ...given })
    await expect(made).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining(paint.type) })
  })
})

describe('a command whose handler fails for now', () => {
  it.each(['peer-unavailable', 'conflict'] as const)(
    'is called again by a message for later and ends completed: %s',
    async (code) => {
      const failures: ErrorCode[] = [code, code]
      const tenantId = stage.tenant(() => {
        const failure = failures.shift()
        return failure ? failing(failure) : 'completed'
      })
      const firstAt = stage.services.now().toISOString()
      const { messageId, body } = await stage.send(tenantId)
      await stage.idle()
      expect(stage.logged('message.retried', messageId)).toMatchObject([{ attempt: 1, error: { code } }])
      for (const attempt of [2, 3]) {
        const next = await nextAttempt(messageId)
        expect(next).toMatchObject({ id: `${messageId}:0:${attempt}`, contentType: 'application/json' })
        expect(next.properties).toEqual({ type: paint.type, attempt, firstattemptat: firstAt })
        expect(next.body).toEqual(JSON.parse(body))
        const fullMs = 16_000 * 2 ** (attempt - 2)
        expect(next.inMs).toBeGreaterThanOrEqual(fullMs / 2)
        expect(next.inMs).toBeLessThanOrEqual(fullMs)
      }
      const said = { tenantId, data: twoCoats }
      expect(stage.callsFor(tenantId)).toMatchObject([said, said, said])
      expect(stage.logged('message.handled', `${messageId}:0:3`)).toMatchObject([{ outcome: 'completed', attempt: 3 }])
      expect(await stage.scheduled(messageId)).toEqual([])
      expect(await stage.incidents(ownerOfTenant(tenantId))).toEqual([])
    },
  )

  it('opens an incident of its tenant with the fifth failure, and is tried on', async () => {
    const tenantId = stage.tenant(() => failing('peer-unauthorized'))
    const { messageId } = await stage.send(tenantId)
    await stage.idle()
    const counts: number[] = []
    for (const _ of [2, 3, 4, 5]) {
      await nextAttempt(messageId)
      counts.push((await stage.incidents(ownerOfTenant(tenantId))).length)
    }
    expect(counts).toEqual([0, 0, 0, 1])
    expect(await stage.scheduled(messageId)).toMatchObject([{ id: `${messageId}:0:6` }])
  })

  const deliver = async (definition: CommandDefinition, tenantId: string, services = stage.services) => {
    const { messageId, body } = await commandMessage(paint, { id: randomUUID(), tenantId, data: twoCoats })
    await serveCommand(definition, services)(JSON.parse(body), contextOf(messageId, {}))
    return messageId
  }

  it('is given up for this time when the work does not come to an end', async () => {
    let given: AbortSignal | undefined
    const hanging = command({
      ...stage.definition,
      minutesMax: 0.001,
      handler: ({ signal }) => {
        given = signal
        return new Promise(() => {})
      },
    })
    const id = await deliver(hanging, stage.tenant())
    expect(given?.aborted).toBe(true)
    expect(await stage.scheduled(id)).toMatchObject([{ id: `${id}:0:2` }])
  })

  it('is kept for later, and not begun, while a setting that it needs is missing', async () => {
    const tenantId = stage.tenant()
    const needy = { ...stage.definition, needs: [...(stage.definition.needs ?? []), 'CMDB_API_URL'] as const }
    const services = createServices(loadConfig(stage.environment), stage.services.now)
    const id = await deliver(needy, tenantId, services)
    await (await services.queues()).close()
    expect(stage.callsFor(tenantId)).toEqual([])
    await nextAttempt(id)
    // By then it is the function of the stage that takes it, which needs no such setting.
    expect(stage.callsFor(tenantId)).toHaveLength(1)
  })
})

describe('a command whose handler fails for good', () => {
  it('is parked with an incident of its tenant, and carried out and resolved by a replay', async () => {
    const failures: ErrorCode[] = ['peer-rejected']
    const tenantId = stage.tenant(() => {
      const code = failures.shift()
      return code ? failing(code) : 'completed'
    })
    const { messageId, body } = await stage.send(tenantId)
    await stage.idle()
    const owner = ownerOfTenant(tenantId)
    const parked = only(await stage.parked(owner))
    expect(parked.incident).toMatchObject({
      owner,
      integration: 'code→cmdb',
      operation: 'paint the wall',
      severity: 'high',
      code: 'peer-rejected',
      state: 'open',
      count: 1,
      parked: 1,
    })
    expect(parked.message).toMatchObject({
      subscriber: 'stage-paint-wall-command',
      queue: paint.queue,
      messageId,
      tenantId,
      eventType: paint.type,
      state: 'parked',
      attempts: 1,
      replays: 0,
    })
    expect(parked.body.toString()).toBe(body)
    expect(await stage.scheduled(messageId)).toEqual([])
    expect(stage.callsFor(tenantId)).toHaveLength(1)

    await replay(parked.incident)
    expect(stage.callsFor(tenantId)[1]).toMatchObject({ tenantId, data: twoCoats })
    expect(stage.callsFor(tenantId)).toHaveLength(2)
    expect(await stage.parked(owner)).toEqual([])
    expect(await stage.incidents(owner)).toMatchObject([{ state: 'resolved', resolvedBy: 'replay', parked: 0 }])
  })

  it('stays parked in its incident when it fails for the same reason again', async () => {
    const tenantId = stage.tenant(() => failing('peer-rejected'))
    await stage.send(tenantId)
    await stage.idle()
    const before = only(await stage.parked(ownerOfTenant(tenantId)))
    await replay(before.incident)
    const after = only(await stage.parked(ownerOfTenant(tenantId)))
    expect(after).toMatchObject({
      message: { parkedId: before.message.parkedId, state: 'parked', replays: 1 },
      incident: { incidentId: before.incident.incidentId, state: 'open', parked: 1 },
    })
    expect(after.body).toEqual(before.body)
  })
})

describe('the tenant of a command', () => {
  // Hub is asked about the tenants of events, which other products publish; a command comes from an app of this suite, which did that.
  it.each([
    ['that nobody knows', () => `org-${randomUUID()}`],
    ['that is no part of a path', () => `../${randomUUID()}`],
  ])('is taken at its word, also one %s', async (_, make) => {
    const tenantId = make()
    await stage.send(tenantId)
    await stage.idle()
    expect(stage.callsFor(tenantId)).toMatchObject([{ tenantId, data: twoCoats }])
  })
})

describe('a message that is no command is parked with its reason and never handled', () => {
  const whole = { id: 'c-1', type: paint.type, tenantid: 'org-1', data: twoCoats }
  const changed = (change: object): string => JSON.stringify({ ...whole, ...change })
  /** The largest body that the broker takes with its properties. */
  const bytesMax = 256 * 1_024 - 500
  const filledUp = (make: (filling: string) => string): string =>
    make('x'.repeat(bytesMax - Buffer.byteLength(make(''))))
  const noCommand = /it is not a command stage\.wall\.paint\.$/
  const badData = /the data of stage\.wall\.paint breaks its schema\.$/

  const kinds: readonly [string, string | Uint8Array, RegExp][] = [
    ['text that is no JSON', 'hello', noCommand],
    ['bytes that are no text', Buffer.from([0xff, 0, 0xfe]), noCommand],
    ['nothing at all', '', noCommand],
    ['JSON that is no object', '[[]]', noCommand],
    ['a command of another type', changed({ type: 'stage.wall.tear-down' }), noCommand],
    ['a command without a type', changed({ type: undefined }), noCommand],
    ['a command without a tenant', changed({ tenantid: undefined }), noCommand],
    ['a command with an empty tenant', changed({ tenantid: '' }), noCommand],
    ['a command without an id', changed({ id: undefined }), noCommand],
    ['a command with an id that is too long', changed({ id: 'x'.repeat(101) }), noCommand],
    ['an event of this name', changed({ specversion: '1.0', source: '/products/code', time: 'now' }), noCommand],
    ['a command that names a data schema', changed({ dataschema: 'urn:theonestack:event:x:1' }), noCommand],
    ['a command without data', changed({ data: undefined }), noCommand],
    ['a command whose data are nothing', changed({ data: null }), badData],
    ['a command with data of other types', changed({ data: { wallId: 1, coats: 'two' } }), badData],
    ['a command with a number out of range', changed({ data: { ...twoCoats, coats: 0 } }), badData],
    ['a command with more data than was agreed', changed({ data: { ...twoCoats, colour: 'red' } }), badData],
    ['a command with a text that is too long', changed({ data: { ...twoCoats, wallId: 'x'.repeat(41) } }), badData],
    ['a command that fills a message up', filledUp((filling) => changed({ filling })), noCommand],
    ['data that fill a message up', filledUp((wallId) => changed({ data: { ...twoCoats, wallId } })), badData],
    ['as many bytes as a message holds', Buffer.alloc(bytesMax, 0xfe), noCommand],
  ]

  it.each(kinds)('%s', async (_, body, reason) => {
    const callsBefore = stage.callCount()
    const messageId = await stage.sendBody(body)
    await stage.idle()
    const parked = only(await stage.parked(platform, (message) => message.messageId === messageId))
    const code = 'event-not-understood'
    expect(parked).toMatchObject({
      message: {
        code,
        detail: expect.stringMatching(reason) as string,
        state: 'parked',
        attempts: 1,
        replays: 0,
        queue: paint.queue,
        subscriber: 'stage-paint-wall-command',
      },
      incident: { code, integration: 'code→cmdb', operation: 'paint the wall', state: 'open' },
    })
    // What is no command is not believed in anything that it says.
    expect(parked.message).not.toHaveProperty('tenantId')
    expect(parked.body.equals(Buffer.from(body))).toBe(true)
    expect(stage.logged('message.parked', messageId)).toMatchObject([{ error: { code } }])
    expect(stage.callCount()).toBe(callsBefore)
    expect(await stage.deadLetters()).toEqual([])
  })
})

describe('what the broker dead-lettered on the queue of a command', () => {
  const sweep = (): Promise<void> =>
    deadLetterTimer('stage-dead-letters-timer', [stage.definition]).handler(timerInput(stage.services))

  /** Delivers the message while nothing can be stored, until the broker gives it up. */
  const giveUp = async <T>(send: () => Promise<T>): Promise<T> => {
    stage.storage.decide = () => 'refuse'
    const sent = await send()
    await eventually(stage.deadLetters, (letters) => letters.length > 0, 25_000)
    stage.storage.decide = () => 'pass'
    return sent
  }

  it('is parked by the sweep, once, and carried out by a replay when it is a command', async () => {
    let isRefused = true
    const tenantId = stage.tenant(() => (isRefused ? failing('peer-rejected') : 'completed'))
    const { messageId, body } = await giveUp(() => stage.send(tenantId))
    expect(stage.callsFor(tenantId)).toHaveLength(3)

    await sweep()
    await sweep()
    expect(await stage.deadLetters()).toEqual([])
    const parked = only(await stage.parked(platform, (message) => message.tenantId === tenantId))
    expect(parked).toMatchObject({
      message: {
        code: 'message-dead-lettered',
        detail: 'The broker gave up on the message after 3 deliveries: MaxDeliveryCountExceeded.',
        subscriber: 'stage-paint-wall-command',
        queue: paint.queue,
        messageId,
        eventType: paint.type,
        state: 'parked',
      },
      incident: { integration: 'code→cmdb', operation: 'paint the wall', severity: 'high', state: 'open' },
    })
    expect(parked.body.toString()).toBe(body)

    isRefused = false
    await replay(parked.incident)
    expect(stage.callsFor(tenantId)).toHaveLength(4)
    expect(await stage.parked(platform, (message) => message.tenantId === tenantId)).toEqual([])
    const { incidentId } = parked.incident
    const incident = (await stage.incidents(platform)).find((each) => each.incidentId === incidentId)
    expect(incident).toMatchObject({ state: 'resolved', parked: 0 })
  })

  const tooDeep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`

  it('is parked whole at once when its JSON is too deep to be read', async () => {
    const messageId = await stage.sendBody(tooDeep)
    await stage.idle()
    expect(await stage.deadLetters()).toEqual([])
    const parked = only(await stage.parked(platform, (message) => message.messageId === messageId))
    expect(parked.body.toString()).toBe(tooDeep)
  })

  it('is parked by the sweep also when it is no command', async () => {
    const callsBefore = stage.callCount()
    const messageId = await giveUp(() => stage.sendBody('no JSON'))
    await sweep()
    expect(await stage.deadLetters()).toEqual([])
    const parked = only(await stage.parked(platform, (message) => message.messageId === messageId))
    expect(parked.message).toMatchObject({ code: 'message-dead-lettered', state: 'parked' })
    expect(parked.message).not.toHaveProperty('eventType')
    expect(parked.body.toString()).toBe('no JSON')
    expect(stage.callCount()).toBe(callsBefore)
  })
})
