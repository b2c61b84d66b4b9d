// Whose trace a request goes on with: the host's when it has one, else the caller's.
import { HttpRequest, InvocationContext } from '@azure/functions'
import * as z from 'zod'
import { describe, expect, it } from 'vitest'
import { anyone } from '../../../shared/auth/caller.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { createServices } from '../../../shared/services.ts'
import { currentTrace } from '../../../shared/telemetry/trace.ts'
import { http } from '../../../shared/triggers/http.ts'
import { serveHttp } from '../../../shared/triggers/http-pipeline.ts'

const echo = http({
  name: 'trace-echo',
  method: 'GET',
  route: 'code/trace',
  summary: 'The trace',
  callers: [anyone],
  answersUnconfigured: true,
  returns: { 200: z.object({ traceId: z.string() }) },
  handler: () => ({ status: 200, body: { traceId: currentTrace()?.traceId ?? '' } }),
})

const [ofHost, ofCaller] = ['a'.repeat(32), 'b'.repeat(32)]
const traceparent = (traceId: string): string => `00-${traceId}-${'c'.repeat(16)}-01`

const traceIdWith = async (traceParent: string | undefined): Promise<unknown> => {
  const request = new HttpRequest({
    method: 'GET',
    url: 'http://127.0.0.1:7071/api/code/trace',
    headers: { traceparent: traceparent(ofCaller), 'x-forwarded-for': '127.0.0.1' },
  })
  const context = new InvocationContext({
    functionName: 'trace-echo',
    logHandler: () => {},
    ...(traceParent !== undefined && { traceContext: { traceParent } }),
  })
  const services = createServices(loadConfig({ TRUSTED_PROXY_COUNT: '0' }))
  const { body } = await serveHttp(echo, services)(request, context)
  return (JSON.parse(body as string) as { traceId: unknown }).traceId
}

describe('the trace of a request', () => {
  it('is the one that the host gives', async () => {
    expect(await traceIdWith(traceparent(ofHost))).toBe(ofHost)
  })

  it.each([undefined, ''])(
    "is the caller's when the host gives %j, as it does without an activity of its own",
    async (given) => {
      expect(await traceIdWith(given)).toBe(ofCaller)
    },
  )
})
