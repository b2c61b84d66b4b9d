// Process entry of the stand-ins, with the settings that the suite has:
// node local/peers/main.ts [hub] [psa] [defend] [cmdb] [crm] [bus] [--data <folder>]; all of them unless some are named.
import { parseArgs } from 'node:util'
import { serveAsChild } from '../child-process.ts'
import type { RunningStandIn } from './stand-in.ts'
import { type StandInName, standInNames, standIns } from './stand-ins.ts'

await serveAsChild(async () => {
  const { values, positionals } = parseArgs({ options: { data: { type: 'string' } }, allowPositionals: true })
  const names = positionals.length === 0 ? standInNames : positionals.map(nameFrom)
  const surroundings = { settings: process.env, ...(values.data !== undefined && { dataFolder: values.data }) }
  const running = new Map<StandInName, RunningStandIn>()
  const started = await Promise.allSettled(
    names.map(async (name) => running.set(name, await standIns[name](surroundings))),
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

function nameFrom(text: string): StandInName {
  const name = standInNames.find((candidate) => candidate === text)
  if (name) return name
  throw new Error(`There is no stand-in "${text}". There are: ${standInNames.join(', ')}.`)
}

/** The bus last: the others may still have something to publish. */
async function close(running: ReadonlyMap<StandInName, RunningStandIn>): Promise<void> {
  const publishers = [...running].filter(([name]) => name !== 'bus')
  await Promise.all(publishers.map(([, standIn]) => standIn.close()))
  await running.get('bus')?.close()
}
