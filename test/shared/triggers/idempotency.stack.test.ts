import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { loadConfig } from '../../../shared/config/config.ts'
import { idempotencyTable, rememberReply } from '../../../shared/triggers/idempotency.ts'
import { sha256 } from '../../../shared/auth/digest.ts'
import { createServices } from '../../../shared/services.ts'
import { type Client, identity, newClient, signIn } from '../../support/browser-client.ts'
import { eventually } from '../../support/eventually.ts'
import { vulnerability } from '../../support/findings.ts'
import { expectProblem, problemOf } from '../../support/problem.ts'
import { someOf } from '../../support/thoroughness.ts'
import { type Ticketing, startTicketing } from '../../support/ticketing.ts'

const stack = inject('stack')
const technician = (): Promise<Ticketing> => startTicketing(stack)

const withKey = (key: string) => ({ 'idempotency-key': key })
const answerOf = async (response: Response) => ({
  status: response.status,
  replayed: response.headers.get('idempotent-replayed'),
  body: await response.json(),
})

const reused = problemOf('idempotency-key-reused', 'This Idempotency-Key was used for another request. Use a new one.')
const running = (retryAfterSeconds: number) =>
  problemOf('request-in-progress', 'The first request with this Idempotency-Key is still running. Repeat it later.', {
    retryAfterSeconds,
  })
const keyRule =
  'must be 1 to 255 visible ASCII characters; with a " or \\ in it, in quotation marks and with a \\ before it'
const badKey = problemOf('validation-failed', `The Idempotency-Key ${keyRule}.`, {
  errors: [{ path: 'headers.idempotency-key', message: keyRule }],
})

/** The remembered request of this technician, to change what only time would change. */
const remembered = async ({ client, tenantId, store }: Ticketing, key: string) => {
  const { user } = (await (await client.fetch('/api/code/session')).json()) as { user: { id: string } }
  const rows = store.open(idempotencyTable).request
  const id = { tenantId, actor: `user:${user.id}`, key: sha256(key) }
  return {
    read: async () => (await rows.get(id))?.value,
    leaveRunning: async (until: Date): Promise<void> => {
      await rows.modify(id, (current) => {
        if (!current) throw new Error('Nothing is remembered under this key.')
        const { status: _status, body: _body, ...rest } = current
        return { ...rest, state: 'running', runningUntil: until.toISOString() }
      })
    },
  }
}

/** A product with a key, of an organization of its own. */
const integration = () => ({
  kind: 'integration' as const,
  tenantId: `tenant-${randomUUID()}`,
  keyId: 'key-1',
  integration: 'code→psa',
  createdAt: new Date(0).toISOString(),
  scopes: [],
})

describe('a request with an Idempotency-Key', () => {
  it('gets the first answer again and has no second effect', async () => {
    const own = await technician()
    const [finding, key] = [vulnerability(), randomUUID()]
    const first = await answerOf(await own.post(finding, withKey(key)))
    expect(first).toMatchObject({ status: 201, replayed: null })
    const requests = await own.psa.requests()
    for (let count = 0; count < 3; count++)
      expect(await answerOf(await own.post(finding, withKey(key)))).toEqual({ ...first, replayed: 'true' })
    expect(await own.psa.requests()).toEqual(requests)
    expect(await own.psa.tickets()).toHaveLength(1)
  })

  it('is the same one in another notation of the same JSON', async () => {
    const own = await technician()
    const [finding, key] = [vulnerability(), randomUUID()]
    const first = await answerOf(await own.post(finding, withKey(key)))
    const reordered = Object.fromEntries(Object.entries(finding).toReversed())
    const body = JSON.stringify(reordered, null, 4).replace('"title": "S', '"title": "\\u0053')
    const response = await own.client.fetch('/api/code/tickets', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...withKey(key) },
    })
    expect(await answerOf(response)).toEqual({ ...first, replayed: 'true' })
  })

  it('is refused with another body, and changes nothing then', async () => {
    const own = await technician()
    const [finding, key] = [vulnerability(), randomUUID()]
    expect((await own.post(finding, withKey(key))).status).toBe(201)
    for (const other of [vulnerability(), { ...finding, severity: 'low' }, { findings: [finding] }])
      await expectProblem(await own.post(other, withKey(key)), reused)
    expect(await own.psa.tickets()).toHaveLength(1)
  })

  it('is told to wait while the first one runs, and gets its answer afterwards', async () => {
    const own = await technician()
    const [finding, key] = [vulnerability(), randomUUID()]
    await own.psa.setFaults({ kind: 'latency', ms: 1_500 })
    const first = own.post(finding, withKey(key))
    await eventually(own.psa.requests, (counts) => Object.keys(counts).length > 0, 5_000)
    const second = await own.post(finding, withKey(key))
    expect(second.headers.get('retry-after')).toBe('5')
    await expectProblem(second, running(5))
    await expectProblem(await own.post(vulnerability(), withKey(key)), reused)
    const answer = await answerOf(await first)
    expect(answer).toMatchObject({ status: 201, replayed: null })
    expect(await answerOf(await own.post(finding, withKey(key)))).toEqual({ ...answer, replayed: 'true' })
    expect(await own.psa.tickets()).toHaveLength(1)
  })

  it('has one effect when twenty come at once', async () => {
    const own = await technician()
    const [finding, key] = [vulnerability(), randomUUID()]
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => answerOf(await own.post(finding, withKey(key)))),
    )
    expect(answers.filter(({ status, replayed }) => status === 201 && replayed === null)).toHaveLength(1)
    const others = answers.filter(({ status, replayed }) => !(status === 201 && replayed === null))
    expect(others.filter(({ status, replayed }) => status !== 409 && !(status === 201 && replayed === 'true'))).toEqual(
      [],
    )
    expect(await own.psa.tickets()).toHaveLength(1)
  })

  it('may write the key quoted or bare', async () => {
    const own = await technician()
    const [finding, key] = [vulnerability(), `a/b#c?d%e:f;g=${'x'.repeat(200)}`]
    const first = await answerOf(await own.post(finding, withKey(key)))
    expect(await answerOf(await own.post(finding, withKey(`"${key}"`)))).toEqual({ ...first, replayed: 'true' })
    expect((await own.post(finding, withKey('"with a space"'))).status).toBe(200)
  })

  describe('whose key is none', () => {
    let client: Client
    beforeAll(async () => {
      client = await signIn(stack.urls, identity())
    })

    it.each([
      '',
      '""',
      '"',
      'with a space',
      'a"b',
      '"a"b"',
      '"a',
      'a\\b',
      '"a\\b"',
      '"a\\"',
      'é',
      'a\tb',
      'x'.repeat(256),
      `"${'x'.repeat(256)}"`,
      '"a", "b"',
    ])('is refused as %j', async (key) => {
      await expectProblem(await client.send('POST', '/api/code/tickets', vulnerability(), withKey(key)), badKey)
      expect(await (await client.fetch('/api/code/tickets')).json()).toEqual({ tickets: [], psaAvailable: true })
    })
  })

  it('is taken with quotation marks and backslashes in its key, written as RFC 8941 says', async () => {
    const client = await signIn(stack.urls, identity())
    const finding = vulnerability()
    for (const key of [String.raw`"a\"b"`, String.raw`"a\\"`, `"${String.raw`\"`.repeat(255)}"`]) {
      const send = () => client.send('POST', '/api/code/tickets', finding, withKey(key))
      const [first, second] = [await send(), await send()]
      expect(first.headers.get('idempotent-replayed')).toBeNull()
      expect(second.headers.get('idempotent-replayed')).toBe('true')
    }
  })

  it('has nothing to do with the same key of somebody else', async () => {
    const [own, stranger] = [await technician(), await technician()]
    const colleague = await signIn(stack.urls, identity({ tenantId: own.tenantId }))
    const [key, finding] = [randomUUID(), vulnerability()]
    const first = await answerOf(await own.post(finding, withKey(key)))
    expect(await answerOf(await stranger.post(finding, withKey(key)))).toMatchObject({ status: 201, replayed: null })
    expect(
      await answerOf(await colleague.send('POST', '/api/code/tickets', vulnerability(), withKey(key))),
    ).toMatchObject({ status: 201, replayed: null })
    const product = newClient(stack.urls, { 'x-integration-key': stack.integrationKey })
    expect(
      await answerOf(await product.send('POST', '/api/code/tickets', vulnerability(), withKey(key))),
    ).toMatchObject({ status: 201, replayed: null })
    expect(await answerOf(await own.post(finding, withKey(key)))).toEqual({ ...first, replayed: 'true' })
  })

  it('leaves the key free when it fails', async () => {
    const own = await technician()
    const [finding, key] = [vulnerability(), randomUUID()]
    expect((await own.post({ ...finding, severity: 'none' }, withKey(key))).status).toBe(400)
    await own.psa.setFaults({ kind: 'expired-key' })
    expect((await own.post(vulnerability(), withKey(key))).status).toBe(502)
    expect(await (await remembered(own, key)).read()).toBeUndefined()
    await own.psa.clearFaults()
    expect(await answerOf(await own.post(finding, withKey(key)))).toMatchObject({ status: 201, replayed: null })
  })

  it('takes over a key whose holder is dead, and not before it must be', async () => {
    const own = await technician()
    const [finding, key] = [vulnerability(), randomUUID()]
    expect((await own.post(finding, withKey(key))).status).toBe(201)
    const row = await remembered(own, key)
    await row.leaveRunning(new Date(Date.now() + 3_600_000))
    await expectProblem(await own.post(finding, withKey(key)), running(5))
    await row.leaveRunning(new Date(Date.now() - 1))
    await expectProblem(await own.post(vulnerability(), withKey(key)), reused)
    expect(await answerOf(await own.post(finding, withKey(key)))).toMatchObject({ status: 200, replayed: null })
    expect(await row.read()).toMatchObject({ state: 'done', status: 200 })
    expect(await answerOf(await own.post(finding, withKey(key)))).toMatchObject({ status: 200, replayed: 'true' })
    expect(await own.psa.tickets()).toHaveLength(1)
  })

  it('is not remembered where nothing is changed', async () => {
    const own = await technician()
    const response = await own.client.fetch('/api/code/tickets', { headers: withKey('"') })
    expect(await answerOf(response)).toMatchObject({ status: 200, replayed: null })
  })

  it('does not replay to somebody who may no longer do it', async () => {
    const own = await technician()
    const [finding, key] = [vulnerability(), randomUUID()]
    expect((await own.post(finding, withKey(key))).status).toBe(201)
    const { user } = (await (await own.client.fetch('/api/code/session')).json()) as { user: { id: string } }
    const lesser = await signIn(stack.urls, identity({ tenantId: own.tenantId, userId: user.id, role: 'viewer' }))
    expect((await lesser.send('POST', '/api/code/tickets', finding, withKey(key))).status).toBe(403)
  })
})

it('a key is kept as its hash alone, since a caller may have put anything there', async () => {
  const own = await technician()
  const key = `mongodb+srv://app:${randomUUID()}@cluster0.example.net/x`
  expect((await own.post(vulnerability(), withKey(key))).status).toBe(201)
  const kept = await (await remembered(own, key)).read()
  expect(kept?.state).toBe('done')
  expect(JSON.stringify(kept)).not.toContain(key)
})

describe('a key whose holder is dead', () => {
  // Whether they really meet is chance: more than once, so that it is no matter of luck.
  it.each(someOf([1, 2, 3, 4, 5], 2))('is taken over by one of many that come at once (%d)', async () => {
    const services = createServices(loadConfig(stack.settings))
    const caller = integration()
    const key = randomUUID()
    let calls = 0
    const ask = (call: () => Promise<{ status: number }>) => rememberReply({ services, caller, key, request: [], call })
    await ask(async () => ({ status: 201 }))
    const rows = services.store().open(idempotencyTable).request
    await rows.modify({ tenantId: caller.tenantId, actor: 'key:key-1', key: sha256(key) }, (current) => {
      if (!current) throw new Error('Nothing is remembered under this key.')
      const { status: _, ...rest } = current
      return { ...rest, state: 'running', runningUntil: new Date(Date.now() - 1).toISOString() }
    })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, () =>
        ask(async () => {
          calls += 1
          await new Promise((resolve) => setTimeout(resolve, 500))
          return { status: 201 }
        }),
      ),
    )
    expect(calls).toBe(1)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

describe('an answer that cannot be kept', () => {
  it('is given all the same, and leaves the key free', async () => {
    const services = createServices(loadConfig(stack.settings))
    const caller = integration()
    const body = { text: 'x'.repeat(3_000_000) }
    const remembering = { services, caller, key: randomUUID(), request: [], call: async () => ({ status: 201, body }) }
    for (let round = 0; round < 2; round += 1) expect(await rememberReply(remembering)).toEqual({ status: 201, body })
  })
})
