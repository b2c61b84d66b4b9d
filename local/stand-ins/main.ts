// Process entry of the stand-ins, with the settings that the suite has:
// node local/stand-ins/main.ts [hub] [psa] … [--data <folder>]; all of them unless some are named.
import { parseArgs } from 'node:util'
import { type Peer, peerNames } from '../../shared/peers/peers.ts'
import { serveAsChild } from '../child-process.ts'
import type { RunningStandIn } from './stand-in.ts'
import { startStandInOf } from './stand-ins.ts'

await serveAsChild(async () => {
  const { values, positionals } = parseArgs({ options: { data: { type: 'string' } }, allowPositionals: true })
  const names = positionals.length === 0 ? peerNames : positionals.map(nameFrom)
  const running = new Map<Peer, RunningStandIn>()
  const started = await Promise.allSettled(
    names.map(async (name) => running.set(name, await startStandInOf(name, process.env, values.data))),
  )
  const failures = started.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []))
  if (failures.length > 0) {
    await close(running)
    throw new Error(failures.map(({ message }) => message).join('\n'))
  }
  return {
    urls: Object.fromEntries([...running].map(([name, { url }]) => [name, url])),
    close: () => close(running),
  }
})

function nameFrom(text: string): Peer {
  const name = peerNames.find((candidate) => candidate === text)
  if (name) return name
  throw new Error(`There is no stand-in "${text}". There are: ${peerNames.join(', ')}.`)
}

/** The bus last: the others may still have something to publish. */
async function close(running: ReadonlyMap<Peer, RunningStandIn>): Promise<void> {
  const publishers = [...running].filter(([name]) => name !== 'bus')
  await Promise.all(publishers.map(([, standIn]) => standIn.close()))
  await running.get('bus')?.close()
}
