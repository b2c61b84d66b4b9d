// That spans reach a collector (OTLP over HTTP).
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { trace as traces } from '@opentelemetry/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTracing } from '../../../shared/telemetry/tracing.ts'
import { beginSpan } from '../../../shared/telemetry/span.ts'

const received: { readonly path: string | undefined; readonly body: string }[] = []
const collector = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    received.push({ path: request.url, body: Buffer.concat(chunks).toString('utf8') })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
})

beforeAll(async () => {
  collector.listen(0, '127.0.0.1')
  await once(collector, 'listening')
})
afterAll(() => {
  traces.disable()
  collector.close()
})

it('sends what is waiting when the process ends', async () => {
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
  const credential = () => Promise.reject(new Error('A collector asks for no credential.'))
  const end = await startTracing({ to: 'otlp', endpoint, serviceName: 'theoneai-api', credential })
  const span = beginSpan('chat deep', { 'gen_ai.operation.name': 'chat' })
  span.beginCall('chat gpt-test', {}).end('model-unavailable')
  span.end()
  await end()
  expect(received.map(({ path }) => path)).toEqual(['/v1/traces'])
  expect(received[0]?.body).toContain('theoneai-api')
  expect(received[0]?.body).toContain('model-unavailable')
})
