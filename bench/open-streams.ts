// What open streams of the AI gateway hold in memory: 500 answers that are on their way, behind bare `node:http`.
import { setTimeout as sleep } from 'node:timers/promises'
import { createModelControl } from '../test/local/models/model-control.ts'
import type { Bench } from './benchmark.ts'
import { chatPath, chatRequest, deployment, startGatewayStage, unlimitedKeys } from './gateway-stage.ts'
import type { Measurement } from './measurement.ts'

const count = 500
const atOnce = 25
/** Of one word, after which the model says nothing for as long as the measurement takes. */
const slow = { text: 'One word, and then many more. '.repeat(40), tokensPerSecond: 1 }

export const measureOpenStreams = async (bench: Bench): Promise<readonly Measurement[]> => {
  bench.progress('starting the servers')
  const stage = await startGatewayStage(bench)
  const leaving = new AbortController()
  try {
    const adapter = await stage.startAdapter()
    const keys = await unlimitedKeys(bench, stage.hub)
    const open = (index: number): Promise<void> =>
      openStream(`${adapter}${chatPath}`, keys[index % keys.length] ?? '', leaving.signal)
    await createModelControl(stage.models).order(deployment, { usual: { text: 'Ready.' } })
    for (let index = 0; index < keys.length; index += 1) await open(index)
    const before = await heapOf(adapter)
    await createModelControl(stage.models).order(deployment, { usual: slow })
    for (let begun = 0; begun < count; begun += atOnce) {
      bench.progress(`${begun} streams are open`)
      await Promise.all(Array.from({ length: atOnce }, (_, index) => open(begun + index)))
    }
    const during = await heapOf(adapter)
    leaving.abort()
    await sleep(3_000)
    const after = await heapOf(adapter)
    const floor = { name: 'none open', figure: before.heap }
    const details = { rssBefore: before.rss, rssDuring: during.rss, rssAfter: after.rss }
    return [
      { name: `Heap in use, ${count} streams open`, figure: during.heap, unit: 'MiB', floor, details },
      { name: `Heap in use, ${count} streams ended`, figure: after.heap, unit: 'MiB', floor },
    ]
  } finally {
    leaving.abort()
    await stage.stop()
  }
}

/** Resolves when the first part of the answer is there. */
const openStream = async (url: string, key: string, signal: AbortSignal): Promise<void> => {
  const { headers, body = '' } = chatRequest({ 'x-integration-key': key }, { stream: true })
  const response = await fetch(url, { method: 'POST', headers, body, signal })
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  const reader = response.body?.getReader()
  const first = await reader?.read()
  if (first?.done !== false) throw new Error(`${url} streamed nothing.`)
  held.push(reader)
}

/** Else they are collected, and their connections with them. */
const held: unknown[] = []

type Heap = { readonly heap: number; readonly rss: number }

const heapOf = async (adapter: string): Promise<Heap> => (await (await fetch(`${adapter}/heap`)).json()) as Heap
