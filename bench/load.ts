// The process that makes requests: node bench/load.ts --url <url> --cookies <file> --connections 8 [--seconds 2]
// With --seconds it goes on with the cookies in turn for so long, without it takes each once. Any answer but 200 ends it.
import { readFileSync } from 'node:fs'
import { Agent, type IncomingMessage, get } from 'node:http'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { quantile } from './measurement.ts'

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
    cookies: { type: 'string', default: '' },
    connections: { type: 'string', default: '8' },
    seconds: { type: 'string' },
  },
})
const connections = Number(values.connections)
const cookies = readFileSync(values.cookies, 'utf8').trim().split('\n')
const agent = new Agent({ keepAlive: true, maxSockets: connections })

const ask = async (cookie: string): Promise<void> => {
  const headers = { cookie: `code_session=${cookie}` }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(values.url, { agent, headers }, resolve).once('error', reject)
  })
  const body = await text(response)
  if (response.statusCode !== 200)
    throw new Error(`${values.url} answered ${response.statusCode}: ${body.slice(0, 500)}`)
}

const latencies: number[] = []
const begun = performance.now()
const end = values.seconds === undefined ? undefined : begun + Number(values.seconds) * 1000
let next = 0

const goesOn = (): boolean => (end === undefined ? next < cookies.length : performance.now() < end)

const askInTurn = async (): Promise<void> => {
  while (goesOn()) {
    const cookie = cookies[next % cookies.length] ?? ''
    next += 1
    const sent = performance.now()
    await ask(cookie)
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
