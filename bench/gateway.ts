// What the AI gateway adds to a call of a model: a chat completion through our compatible door, with keys, limits, ledger, audit log and checks of
// what goes out and comes back, in the local host and behind bare `node:http`; beside the model alone and beside Portkey, which only passes
// it on.
import type { Bench } from './benchmark.ts'
import { chatPath, chatRequest, startGatewayStage, unlimitedKeys } from './gateway-stage.ts'
import type { Load, LoadRequest } from './load.ts'
import { loadOf, requestFile } from './load-run.ts'
import { type Measurement, median } from './measurement.ts'
import { startPortkey } from './portkey.ts'

const rounds = 3
const atOnce = 8
const seconds = 2
/** Twice Portkey's calls a second, at half of the latency that it adds. */
const goal = 0.5

const servedNames = ['model', 'host', 'adapter', 'portkey'] as const
type Served = (typeof servedNames)[number]
type Target = { readonly url: string; readonly requests: string }
type Stoppable = { readonly stop: () => Promise<void> }
type Taken = { readonly busy: Load; readonly alone: Load }

/** Every server once a round, so that all of them meet the same weather. The first round warms up. */
export const measureGateway = async (bench: Bench): Promise<readonly Measurement[]> => {
  const running: Stoppable[] = []
  try {
    const targets = await startServers(bench, running)
    const taken: Record<Served, Taken[]> = { model: [], host: [], adapter: [], portkey: [] }
    for (let round = 0; round <= rounds; round += 1) {
      bench.progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
      for (const served of servedNames) {
        const { url, requests } = targets[served]
        const busy = await loadOf(url, requests, atOnce, seconds)
        const alone = await loadOf(url, requests, 1, seconds / 2)
        if (round > 0) taken[served].push({ busy, alone })
      }
    }
    return measurementsOf(taken)
  } finally {
    await Promise.all(running.map((server) => server.stop()))
  }
}

const startServers = async (bench: Bench, running: Stoppable[]): Promise<Readonly<Record<Served, Target>>> => {
  const { folder, progress } = bench
  progress('starting the servers')
  const stage = await startGatewayStage(bench)
  running.push(stage)
  const { models, hub } = stage
  const [host, adapter] = [await stage.startHost(), await stage.startAdapter()]
  progress('installing and starting Portkey')
  const portkey = await startPortkey()
  running.push(portkey)

  const keys = await unlimitedKeys(bench, hub)
  const ours = keys.map((key) => chatRequest({ 'x-integration-key': key }))
  const plain = { authorization: 'Bearer any' }
  const through = { ...plain, 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${models}/v1` }
  const file = (name: string, requests: readonly LoadRequest[]): string => requestFile(folder, name, requests)
  return {
    model: { url: `${models}/v1/chat/completions`, requests: file('plain', [chatRequest(plain)]) },
    host: { url: `${host}${chatPath}`, requests: file('ours', ours) },
    adapter: { url: `${adapter}${chatPath}`, requests: file('ours', ours) },
    portkey: { url: `${portkey.url}/v1/chat/completions`, requests: file('portkey', [chatRequest(through)]) },
  }
}

const measurementsOf = (taken: Readonly<Record<Served, readonly Taken[]>>): readonly Measurement[] => {
  const rate = (served: Served): number => median(taken[served].map(({ busy }) => busy.requestsPerSecond))
  const latency = (served: Served, share: 'p50' | 'p99'): number =>
    median(taken[served].map(({ alone }) => alone[share]))
  const added = (served: Served, share: 'p50' | 'p99'): number => latency(served, share) - latency('model', share)
  const titles = { host: 'in the local host', adapter: 'behind node:http' }
  return (['host', 'adapter'] as const).flatMap((served): Measurement[] => {
    const name = `Chat completion ${titles[served]}`
    const busy = { name: `${name}, ${atOnce} at once`, figure: rate(served), unit: 'requests/s' } as const
    return [
      { ...busy, floor: { name: 'model alone', figure: rate('model') } },
      { ...busy, floor: { name: 'Portkey', figure: rate('portkey') }, goal },
      ...(['p50', 'p99'] as const).map((share): Measurement => ({
        name: `${name}, added (${share})`,
        figure: added(served, share),
        unit: 'ms',
        floor: { name: 'Portkey', figure: added('portkey', share) },
        goal,
      })),
    ]
  })
}
