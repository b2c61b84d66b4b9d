// What only the local host can show: refused and disabled functions, hooks, logs, shutdown, and timers across restarts.
import { app, input, output, type Disposable, type HttpResponseInit, type Timer } from '@azure/functions'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PortInUseError } from '@theone/local-process/loopback'
import { startHost, type Host, type HostOptions } from '../src/host.ts'
import type { LogRecord } from '../src/host-log.ts'
import type { TriggerKind } from '../src/trigger-kind.ts'
import type { HostedFunction } from '../src/hosted-function.ts'
import { exchange } from './conformance/raw-http.ts'

let stateFolder: string
let host: Host | undefined
let records: LogRecord[]
const hooks: Disposable[] = []

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'functions-host-'))
  records = []
})
afterEach(async () => {
  for (const hook of hooks.splice(0)) hook.dispose()
  await host?.close()
  host = undefined
  await rm(stateFolder, { recursive: true, force: true })
})

const messages = (): string[] => records.map(({ message }) => message)

const start = async (register: () => void, options: Partial<HostOptions> = {}): Promise<Host> => {
  host = await startHost({
    entry: async () => register(),
    port: 0,
    stateFolder,
    settings: {},
    log: (record) => records.push(record),
    ...options,
  })
  return host
}

const http = (
  name: string,
  handler: () => HttpResponseInit | Promise<HttpResponseInit> = () => ({ body: name }),
  route?: string,
) => app.http(name, { methods: ['GET'], handler, ...(route !== undefined && { route }) })

const get = async (path: string): Promise<[status: number, body: string]> => {
  const response = await fetch(`${host?.url}${path}`)
  return [response.status, await response.text()]
}

const farAway = '0 0 0 1 1 *'

describe('functions that the host refuses', () => {
  it.each<[string, () => void, RegExp]>([
    ['a reserved name', () => http('host'), /"host" is reserved/],
    ['a name with a dot', () => http('a.b'), /name "a\.b" is not allowed/],
    ['a route under admin', () => http('bad', undefined, 'administration/x'), /built in routes/],
    [
      'a route with an unknown constraint',
      () => http('bad', undefined, 'x/{id:integer}'),
      /constraint "integer" does not exist/,
    ],
    [
      'a schedule that is none',
      () => app.timer('bad', { schedule: 'daily', handler: () => {} }),
      /neither NCRONTAB nor a TimeSpan/,
    ],
    ['an empty schedule', () => app.timer('bad', { schedule: '', handler: () => {} }), /no schedule/],
    [
      'a setting that is missing',
      () => app.timer('bad', { schedule: '%WHEN%', handler: () => {} }),
      /app setting WHEN is not set/,
    ],
    [
      'a trigger that this host does not know',
      () => app.generic('bad', { trigger: { type: 'smokeSignal', name: 'signal' }, handler: () => {} }),
      /"smokeSignalTrigger" is not one that this host runs \(orchestrationTrigger, activityTrigger, httpTrigger, serviceBusTrigger, timerTrigger\)/,
    ],
    [
      'an input binding that this host does not know',
      () =>
        app.http('bad', { extraInputs: [input.generic({ type: 'crystalBall', name: 'ball' })], handler: () => ({}) }),
      /input binding "ball" has the type "crystalBall"/,
    ],
    [
      'an output binding that this host does not know',
      () =>
        app.http('bad', {
          extraOutputs: [output.generic({ type: 'queue', name: 'q' })],
          handler: () => ({}),
        }),
      /output binding "q" has the type "queue"/,
    ],
    ['a name that another function has in other case', () => http('Good'), /already in use/],
    ['a route that another function has', () => http('other', undefined, 'good'), /defined by function "good"/],
  ])('with %s do not run; the others do, and the log and the admin API say why', async (_what, register, problem) => {
    await start(() => {
      http('good')
      register()
    })
    expect((await get('/api/good'))[0]).toBe(200)
    const [[name, errors] = ['', ['']]] = [...(host?.errors ?? [])]
    expect(errors).toEqual([expect.stringMatching(problem)])
    expect(messages()).toContainEqual(expect.stringContaining(`The function "${name}" does not run: ${errors[0]}`))
    expect(await get(`/admin/functions/${name}/status`)).toEqual([200, JSON.stringify({ errors })])
  })

  it('fails as a whole when two have the same name', async () => {
    await expect(
      start(() => {
        http('twice')
        http('twice')
      }),
    ).rejects.toThrow('A function with id "twice" has already been registered.')
  })

  it('does not start when the app throws while it loads, and says what it threw', async () => {
    const load = start(() => {
      http('one')
      throw new Error('no luck')
    })
    await expect(load).rejects.toThrow('The app could not be loaded: no luck')
  })

  it('does not start without a function', async () => {
    await expect(start(() => {})).rejects.toThrow('registered no function')
  })

  it('can start again after a start that failed', async () => {
    await expect(start(() => {})).rejects.toThrow()
    await start(() => http('one'))
    expect(await get('/api/one')).toEqual([200, 'one'])
  })

  it('refuses registration once it runs', async () => {
    await start(() => http('one'))
    expect(() => http('two')).toThrow('A function can only be registered during app startup.')
  })

  it('refuses a second host in the same process', async () => {
    await start(() => http('one'))
    await expect(
      startHost({ entry: async () => {}, port: 0, stateFolder, settings: {}, log: () => {} }),
    ).rejects.toThrow('already hosts a Functions app')
  })

  it('names the setting to change when its port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    try {
      const attempt = start(() => http('one'), { port })
      await expect(attempt).rejects.toThrow(PortInUseError)
      await expect(attempt).rejects.toThrow('LOCAL_FUNCTIONS_PORT')
    } finally {
      await new Promise((resolve) => other.close(resolve))
    }
  })
})

describe('settings and host.json', () => {
  it('does not run a disabled function, and the next one takes its route', async () => {
    await start(
      () => {
        http('a-general', undefined, '{name}')
        http('b-special', undefined, 'special')
      },
      { settings: { 'AzureWebJobs.a-general.Disabled': 'true' } },
    )
    expect([await get('/api/special'), await get('/api/else')]).toEqual([
      [200, 'b-special'],
      [404, ''],
    ])
    expect(host?.functions.map(({ fn, isDisabled }) => [fn.name, isDisabled])).toEqual([
      ['a-general', true],
      ['b-special', false],
    ])
  })

  it('takes an empty route prefix, under which the home page gives way to a function', async () => {
    await start(() => http('root', undefined, '{*rest}'), {
      hostJson: { version: '2.0', extensions: { http: { routePrefix: '' } } },
    })
    expect([await get('/'), (await get('/admin/nothing'))[0]]).toEqual([[200, 'root'], 404])
  })

  it('warns of properties of host.json that do not exist', async () => {
    await start(() => http('one'), { hostJson: { version: '2.0', extenions: {} } })
    expect(records).toContainEqual(
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('"extenions"') }),
    )
  })

  it('resolves a schedule from the settings', async () => {
    await start(() => app.timer('planned', { schedule: '%WHEN%', handler: () => {} }), { settings: { WHEN: farAway } })
    expect(host?.errors.size).toBe(0)
  })

  it('refuses a body beyond FUNCTIONS_REQUEST_BODY_SIZE_LIMIT with 413, chunked or not', async () => {
    await start(
      () => app.http('post', { methods: ['POST'], handler: async (request) => ({ body: await request.text() }) }),
      {
        settings: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '10' },
      },
    )
    const send = (headers: string, body: string): Promise<string> =>
      exchange(host?.url ?? '', `POST /api/post HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n\r\n${body}`)
    const answers = await Promise.all([
      send('Content-Length: 10', '0123456789'),
      send('Content-Length: 11', '0123456789a'),
      // No end of the chunks: the answer comes before.
      send('Transfer-Encoding: chunked', 'b\r\n0123456789a\r\n'),
    ])
    expect(answers.map((answer) => answer.slice(9, 12))).toEqual(['200', '413', '413'])
    expect(answers[0]).toMatch(/\r\n0123456789$/)
    const large = await fetch(`${host?.url}/api/post`, { method: 'POST', body: new Uint8Array(8_000_000) })
    expect(large.status).toBe(413)
  })
})

describe('requests', () => {
  it("appends the client's address to x-forwarded-for, as the App Service front end does", async () => {
    await start(() =>
      app.http('who', { handler: (request) => ({ body: request.headers.get('x-forwarded-for') ?? '' }) }),
    )
    const given = await fetch(`${host?.url}/api/who`, { headers: { 'x-forwarded-for': '203.0.113.7' } })
    expect([(await get('/api/who'))[1], await given.text()]).toEqual(['127.0.0.1', '203.0.113.7, 127.0.0.1'])
  })

  it('runs a function that asks for a key without one', async () => {
    await start(() => app.http('keyed', { authLevel: 'function', handler: () => ({ body: 'in' }) }))
    expect(await get('/api/keyed')).toEqual([200, 'in'])
  })

  it('warns that an earlier name hides a function', async () => {
    await start(() => {
      http('get-item', undefined, 'items/{id}')
      http('list-recent', undefined, 'items/recent')
    })
    expect(messages()).toContainEqual(expect.stringContaining('before "list-recent" (api/items/recent)'))
  })

  it('cannot run an HTTP function by hand: accepts, and logs why it failed', async () => {
    await start(() => http('one'))
    const response = await fetch(`${host?.url}/admin/functions/one`, { method: 'POST', body: '{"input":""}' })
    expect(response.status).toBe(202)
    await vi.waitFor(() => expect(messages()).toContainEqual(expect.stringContaining('needs an HTTP request')))
  })
})

describe('logs', () => {
  it('prints the list of functions as func start does', async () => {
    await start(() => {
      http('orders', undefined, 'orders/{id}')
      app.timer('nightly', { schedule: farAway, handler: () => {} })
    })
    expect(messages()).toContainEqual(
      `Functions:\n\n\tnightly: timerTrigger\n\n\torders: [GET] ${host?.url}/api/orders/{id}`,
    )
  })

  it('writes the beginning, the end and the log of an invocation under its id', async () => {
    await start(() =>
      app.http('talks', {
        handler: (_request, context) => {
          context.log('plain', { a: 1 })
          context.warn('careful')
          context.debug('hidden')
          return {}
        },
      }),
    )
    await get('/api/talks')
    const [begin, plain, careful, end] = records.filter(({ category }) => category.startsWith('Function.talks'))
    expect(begin?.message).toMatch(/^Executing 'Functions\.talks' \(Reason='.+', Id=[0-9a-f-]{36}\)$/)
    expect([plain?.message, plain?.level, careful?.message, careful?.level]).toEqual([
      'plain { a: 1 }',
      'information',
      'careful',
      'warning',
    ])
    expect(end?.message).toMatch(/^Executed 'Functions\.talks' \(Succeeded, Id=[0-9a-f-]{36}, Duration=\d+ms\)$/)
    expect(new Set([begin, plain, careful, end].map((record) => record?.invocationId)).size).toBe(1)
  })

  it('writes what a function threw, with its stack', async () => {
    await start(() =>
      http('breaks', () => {
        throw new Error('broken on purpose')
      }),
    )
    expect(await get('/api/breaks')).toEqual([500, ''])
    expect(records).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: expect.stringMatching(
          /^Executed 'Functions\.breaks' \(Failed, .*\)\nError: broken on purpose\n\s+at /,
        ),
      }),
    )
  })

  it('obeys the log levels of host.json', async () => {
    await start(() => app.http('talks', { handler: (_request, context) => (context.debug('shown'), {}) }), {
      hostJson: { version: '2.0', logging: { logLevel: { default: 'Error', 'Function.talks.User': 'Debug' } } },
    })
    await get('/api/talks')
    expect(messages()).toEqual(['shown'])
  })
})

describe('hooks', () => {
  it('run around an invocation, share their data, and may change inputs, handler, result and error', async () => {
    const seen: unknown[] = []
    await start(() => {
      http('changed', () => ({ body: 'original' }))
      http('mended', () => {
        throw new Error('on purpose')
      })
      hooks.push(
        app.hook.preInvocation((context) => {
          context.hookData['at'] = context.invocationContext.functionName
          if (context.invocationContext.functionName === 'changed')
            context.functionHandler = async () => ({ body: 'replaced' })
        }),
        app.hook.postInvocation((context) => {
          seen.push([context.hookData['at'], context.error instanceof Error])
          if (context.error) {
            context.error = null
            context.result = { status: 418 }
          }
        }),
      )
    })
    expect([await get('/api/changed'), (await get('/api/mended'))[0]]).toEqual([[200, 'replaced'], 418])
    expect(seen).toEqual([
      ['changed', false],
      ['mended', true],
    ])
  })

  it('at the start and the end of the app share data of their own', async () => {
    const atEnd = vi.fn()
    await start(() => {
      http('one')
      hooks.push(
        app.hook.appStart((context) => {
          context.hookData['begun'] = true
        }),
        app.hook.appTerminate((context) => atEnd(context.hookData)),
      )
    })
    await host?.close()
    expect(atEnd).toHaveBeenCalledExactlyOnceWith({ begun: true })
  })

  it('end the invocation when a preInvocation hook throws', async () => {
    const after = vi.fn()
    const handler = vi.fn(() => ({}))
    await start(() => {
      http('guarded', handler)
      hooks.push(
        app.hook.preInvocation(() => {
          throw new Error('refused')
        }),
        app.hook.postInvocation(after),
      )
    })
    expect((await get('/api/guarded'))[0]).toBe(500)
    expect([handler.mock.calls.length, after.mock.calls.length]).toEqual([0, 0])
  })

  it('may change the level and the text of log records, also by logging themselves', async () => {
    await start(() => {
      app.http('talks', { handler: (_request, context) => (context.log('secret 123'), {}) })
      hooks.push(
        app.hook.log((context) => {
          context.message = context.message.replaceAll(/\d/g, '*')
          context.level = 'warning'
          context.invocationContext?.log('from the hook')
        }),
      )
    })
    await get('/api/talks')
    expect(records).toContainEqual(expect.objectContaining({ level: 'warning', message: 'secret ***' }))
    expect(messages()).toContain('from the hook')
  })
})

describe('shutdown', () => {
  it('lets a running invocation finish, takes no new request, and then runs the appTerminate hooks', async () => {
    const order: string[] = []
    let release = (): void => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const { url } = await start(() => {
      http('slow', async () => {
        order.push('begun')
        await released
        order.push('ended')
        return { body: 'whole' }
      })
      hooks.push(app.hook.appTerminate(() => void order.push('terminated')))
    })
    const answer = get('/api/slow')
    await vi.waitFor(() => expect(order).toEqual(['begun']))
    const closed = host?.close()
    await expect(fetch(`${url}/api/slow`)).rejects.toThrow()
    release()
    await closed
    expect([await answer, order]).toEqual([
      [200, 'whole'],
      ['begun', 'ended', 'terminated'],
    ])
  })
})

describe('a further kind of trigger', () => {
  it('runs its functions, and brings bindings for the functions of others', async () => {
    const written: unknown[] = []
    const started: string[] = []
    const mailbox: TriggerKind = {
      type: 'mailTrigger',
      open: ({ invoke }) => {
        const added: HostedFunction[] = []
        return {
          add: (fn) => added.push(fn),
          start: async (baseUrl) => {
            started.push(baseUrl)
            for (const fn of added) await invoke(fn, { data: { json: '{"subject":"hello"}' }, reason: 'New mail.' })
          },
          stop: () => started.push('stopped'),
          describe: () => 'mailTrigger',
          runByHand: async () => {},
          inputs: [{ type: 'addressBook', read: async ({ owner }) => ({ json: JSON.stringify({ owner }) }) }],
          outputs: [{ type: 'mail', write: async ({ to }, data, fn) => void written.push([fn.name, to, data]) }],
        }
      },
    }
    const book = input.generic({ type: 'addressBook', name: 'book', owner: 'ann' })
    const sent = output.generic({ type: 'mail', name: 'sent', to: 'bob' })
    const { url } = await start(
      () => {
        app.generic('on-mail', {
          trigger: { type: 'mail', name: 'mail' },
          return: sent,
          handler: (mail) => mail,
        })
        app.http('look-up', {
          extraInputs: [book],
          extraOutputs: [sent],
          handler: (_request, context) => {
            context.extraOutputs.set(sent, 'from http')
            return { jsonBody: context.extraInputs.get(book) }
          },
        })
      },
      { kinds: [mailbox] },
    )
    expect(await get('/api/look-up')).toEqual([200, '{"owner":"ann"}'])
    expect(written).toEqual([
      ['on-mail', 'bob', { json: '{"subject":"hello"}' }],
      ['look-up', 'bob', { string: 'from http' }],
    ])
    await host?.close()
    expect(started).toEqual([url, 'stopped'])
  })
})

describe('timers across restarts', () => {
  const timers: Timer[] = []
  const nightly = (): void =>
    app.timer('nightly', {
      schedule: farAway,
      handler: (timer) => {
        timers.push(timer)
      },
    })
  const statusFile = (): string => join(stateFolder, 'timers', 'nightly.json')

  beforeEach(() => {
    timers.length = 0
  })

  it('makes up for what was missed, once, with isPastDue, and says so to the function', async () => {
    await start(nightly)
    expect(timers).toEqual([])
    await host?.close()
    const year = new Date().getUTCFullYear()
    const missed = {
      Last: `${year - 3}-01-01T00:00:00.000Z`,
      Next: `${year - 2}-01-01T00:00:00.000Z`,
      LastUpdated: `${year - 3}-01-01T00:00:00.000Z`,
    }
    await writeFile(statusFile(), JSON.stringify(missed))

    await start(nightly)
    await vi.waitFor(() => expect(timers).toHaveLength(1))
    expect(timers[0]).toEqual({
      isPastDue: true,
      schedule: { adjustForDST: true },
      scheduleStatus: { last: missed.Last, next: missed.Next, lastUpdated: missed.LastUpdated },
    })
    await vi.waitFor(async () =>
      expect(JSON.parse(await readFile(statusFile(), 'utf8'))).toMatchObject({
        Next: `${year + 1}-01-01T00:00:00.000Z`,
      }),
    )
    await host?.close()

    await start(nightly)
    await host?.close()
    expect(timers).toHaveLength(1)
  })

  it('starts anew, with a warning, when its status file is damaged', async () => {
    await start(nightly)
    await host?.close()
    await writeFile(statusFile(), '{"Last":')
    await start(nightly)
    expect(records).toContainEqual(
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('nightly') }),
    )
    expect(timers).toEqual([])
  })

  it('retries a failed run as the policy of the function says', async () => {
    const retries: Array<number | undefined> = []
    await start(() =>
      app.timer('flaky', {
        schedule: farAway,
        runOnStartup: true,
        retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: 0 },
        handler: (_timer, context) => {
          retries.push(context.retryContext?.retryCount)
          if (retries.length < 3) throw new Error('on purpose')
        },
      }),
    )
    await vi.waitFor(() => expect(retries).toEqual([undefined, 1, 2]))
  })
})
