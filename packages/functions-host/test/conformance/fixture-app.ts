// The functions that the conformance suite calls. The same file can be the entry of a real Functions app (`func start`).
import { app, type HttpRequest, type HttpResponseInit, type InvocationContext, type Timer } from '@azure/functions'

const timerRuns: Timer[] = []

const named =
  (name: string) =>
  (request: HttpRequest): HttpResponseInit => ({ jsonBody: { name, params: request.params } })

const route = (name: string, template: string, methods: Array<'GET' | 'POST'> = ['GET']): void =>
  app.http(name, { route: template, methods, handler: named(name) })

const echo = async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => ({
  jsonBody: {
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    query: Object.fromEntries(request.query),
    params: request.params,
    bodyBase64: Buffer.from(await request.arrayBuffer()).toString('base64'),
    functionName: context.functionName,
    invocationId: context.invocationId,
    traceParent: context.traceContext?.traceParent,
    traceState: context.traceContext?.traceState,
  },
})

app.http('echo', { methods: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'], handler: echo })
app.http('keyed', { authLevel: 'function', handler: echo })

// Routing
route('literal', 'Things/Fixed')
route('int-parameter', 'numbers/{id:int}')
route('guid-parameter', 'guids/{id:guid}')
route('two-constraints', 'ranged/{n:int:range(3,5)}')
route('regex-parameter', 'codes/{code:regex(^[a-z]{{2}}\\d+$)}')
route('optional-parameter', 'maybe/{id?}')
route('default-parameter', 'defaulted/{id=seven}')
route('catch-all', 'files/{*path}')
route('catch-all-two-stars', 'trees/{**path}')
route('mixed-version', 'v{version:int}/things')
route('mixed-dots', 'named/{stem}.{extension}')
route('post-only', 'post-only', ['POST'])
// Both match "order/recent": the host takes the function whose name comes first.
route('a-order-by-id', 'order/{id}')
route('b-order-recent', 'order/recent')
// The same route with other methods is another function.
route('shared-get', 'shared')
route('shared-post', 'shared', ['POST'])

// Answers
app.http('throws', {
  handler: () => {
    throw new Error('on purpose')
  },
})
// The types ask for an answer; JavaScript functions forget it all the same.
app.http('returns-nothing', { handler: () => undefined as unknown as HttpResponseInit })
app.http('returns-text', { handler: () => ({ body: 'plain text' }) })
app.http('returns-bytes', {
  handler: () => ({ body: Uint8Array.from([0, 255, 10, 13]), headers: { 'content-type': 'application/octet-stream' } }),
})
app.http('returns-response', { handler: () => new Response('native', { status: 202, headers: { 'x-native': 'yes' } }) })
app.http('returns-not-an-object', { handler: () => 'a string' as unknown as HttpResponseInit })
app.http('returns-hop-headers', {
  handler: () => ({
    body: 'x',
    headers: { connection: 'close', 'keep-alive': 'timeout=1', te: 'trailers', 'x-kept': '1' },
  }),
})
app.http('status', {
  route: 'status/{code:int}',
  handler: (request) => ({ status: Number(request.params['code']), body: 'dropped when not allowed' }),
})
app.http('headed', { methods: ['GET', 'HEAD'], handler: () => ({ body: 'twelve bytes', headers: { 'x-own': '1' } }) })
app.http('cookies', {
  handler: () => ({
    cookies: [
      { name: 'plain', value: 'one' },
      {
        name: 'full',
        value: 'a b;"c',
        domain: 'example.com',
        path: '/api',
        expires: new Date('2030-01-02T03:04:05Z'),
        maxAge: 60,
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
      },
      { name: 'cross', value: 'x', sameSite: 'None', secure: true },
      { name: 'lax', value: 'x', sameSite: 'Lax' },
    ],
  }),
})
app.http('slow', {
  handler: async () => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    return { body: 'done' }
  },
})

// Timers run by hand; what they were given is read back over HTTP.
app.timer('yearly', {
  schedule: '0 0 0 1 1 *',
  handler: (timer) => {
    timerRuns.push(timer)
  },
})
app.http('yearly-runs', { handler: () => ({ jsonBody: timerRuns }) })
