// The process that makes requests: node bench/load.ts --url <url> --requests <file> --connections 8 [--seconds 2]
// The file has one request a line, as JSON: { "headers": { … }, "body": "…" }; one with a body is a POST. With --seconds it goes on with them in
// turn for so long, without it takes each once. Any answer but 200 ends it.
import { readFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request as send } from 'node:http'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { quantile } from './measurement.ts'

export type LoadRequest = { readonly headers: Readonly<Record<string, string>>; readonly body?: string }

export type Load = {
  readonly requests: number
  readonly requestsPerSecond: number
  /** Milliseconds from the request to the end of its answer. */
  readonly p50: number
  readonly p99: number
}

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    requests: { type: 'string', default: '' },
    connections: { type: 'string', default: '8' },
    seconds: { type: 'string' },
  },
})
const connections = Number(values.connections)
const requests = readFileSync(values.requests, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as LoadRequest)
const agent = new Agent({ keepAlive: true, maxSockets: connections })

const ask = async ({ headers, body: sent }: LoadRequest): Promise<void> => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    send(values.url, { agent, headers, method: sent === undefined ? 'GET' : 'POST' }, resolve)
      .once('error', reject)
      .end(sent)
  })
  const body = await text(response)
  if (response.statusCode !== 200)
    throw new Error(`${values.url} answered ${response.statusCode}: ${body.slice(0, 500)}`)
}

const latencies: number[] = []
const begun = performance.now()
const end = values.seconds === undefined ? undefined : begun + Number(values.seconds) * 1000
let next = 0

const goesOn = (): boolean => (end === undefined ? next < requests.length : performance.now() < end)

const askInTurn = async (): Promise<void> => {
  while (goesOn()) {
    const request = requests[next % requests.length]
    if (!request) break
    next += 1
    const sent = performance.now()
    await ask(request)
    latencies.push(performance.now() - sent)
  }
}

await Promise.all(Array.from({ length: connections }, askInTurn))
const load: Load = {
  requests: latencies.length,
  requestsPerSecond: latencies.length / ((performance.now() - begun) / 1000),
  p50: quantile(latencies, 0.5),
  p99: quantile(latencies, 0.99),
}
console.log(JSON.stringify(load))
agent.destroy()
