// How long a model goes on writing for a caller who has left: from the moment a streaming caller aborts until the model's side of it is closed,
// beside a caller who asks the model itself.
import { setTimeout as sleep } from 'node:timers/promises'
import { createModelControl } from '../test/local/models/model-control.ts'
import type { Bench } from './benchmark.ts'
import { chatPath, chatRequest, deployment, startGatewayStage, unlimitedKeys } from './gateway-stage.ts'
import { type Measurement, quantile } from './measurement.ts'

const callers = 304
const atOnce = 8
const closedWithinMs = 100
/** Of one word, after which the model writes slowly for as long as the measurement takes. */
const slow = { text: 'One word, and then many more. '.repeat(40), tokensPerSecond: 20 }

type Ask = (question: string, signal: AbortSignal) => Promise<Response>

export const measureLeavingCallers = async (bench: Bench): Promise<readonly Measurement[]> => {
  bench.progress('starting the servers')
  const stage = await startGatewayStage(bench)
  try {
    const host = await stage.startHost()
    const keys = await unlimitedKeys(bench, stage.hub)
    const control = createModelControl(stage.models)
    await control.order(deployment, { usual: slow })
    const post = (url: string, key: string, content: string, signal: AbortSignal): Promise<Response> => {
      const messages = [{ role: 'user', content }]
      const { headers, body = '' } = chatRequest({ 'x-integration-key': key }, { stream: true, messages })
      return fetch(url, { method: 'POST', headers, body, signal })
    }
    let asked = 0
    const through: Ask = (question, signal) =>
      post(`${host}${chatPath}`, keys[(asked += 1) % keys.length] ?? '', question, signal)
    const direct: Ask = async (question, signal) => {
      const { body = '' } = chatRequest({})
      const messages = [{ role: 'user', content: question }]
      return fetch(`${stage.models}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer any' },
        body: JSON.stringify({ ...(JSON.parse(body) as object), model: deployment, messages, stream: true }),
        signal,
      })
    }
    const closed = async (name: string, ask: Ask): Promise<readonly number[]> => {
      bench.progress(`${callers} callers of ${name} leave`)
      const leftAt = await leaveAll(name, ask)
      const calls = await control.endedCalls(deployment)
      return [...leftAt].map(([question, at]) => {
        const call = calls.find(({ body }) => JSON.stringify(body).includes(question))
        if (call?.outcome !== 'aborted' || call.endedAt === undefined)
          throw new Error(`The model's call for “${question}” ended as ${call?.outcome ?? 'none'}, not as aborted.`)
        return call.endedAt - at
      })
    }
    const [floor, taken] = [await closed('the model', direct), await closed('the gateway', through)]
    return [
      {
        name: `Caller has left until the model is let go of (p99 of ${callers})`,
        figure: quantile(taken, 0.99),
        unit: 'ms',
        floor: { name: 'asked without the gateway', figure: Math.max(1, quantile(floor, 0.99)) },
        most: closedWithinMs,
        details: { p50: quantile(taken, 0.5), most: Math.max(...taken) },
      },
    ]
  } finally {
    await stage.stop()
  }
}

/** When each of them left, by what it asked. The first part of its answer was there. */
const leaveAll = async (name: string, ask: Ask): Promise<ReadonlyMap<string, number>> => {
  const leftAt = new Map<string, number>()
  const one = async (question: string): Promise<void> => {
    const leaving = new AbortController()
    const response = await ask(question, leaving.signal)
    if (response.status !== 200) throw new Error(`${name} answered ${response.status}: ${await response.text()}`)
    await response.body?.getReader().read()
    await sleep(Math.random() * 200)
    leftAt.set(question, Date.now())
    leaving.abort()
  }
  for (let begun = 0; begun < callers; begun += atOnce)
    await Promise.all(
      Array.from({ length: atOnce }, (_, index) => one(`Question ${begun + index} to ${name}, if you please.`)),
    )
  return leftAt
}
