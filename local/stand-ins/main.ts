// Process entry of the stand-ins, the key vault, the models, the operators' directory and the public web, with the settings that the suite has:
// node local/stand-ins/main.ts [hub] [psa] … [keyVault] [models] [operators] [web] [--data <folder>]; all of them unless some are named.
import { parseArgs } from 'node:util'
import { serveAsChild } from '@theone/local-process/child-process'
import { peerNames } from '../../shared/peers/peers.ts'
import { startKeyVault } from '../key-vault/key-vault.ts'
import { startModels } from '../models/models.ts'
import { startWeb } from '../web/web.ts'
import { startOperatorIssuer } from '../operators/operator-issuer.ts'
import { requireSettings } from '../local-settings.ts'
import { withSecrets } from '../key-vault/provided-secrets.ts'
import type { RunningStandIn } from './stand-in.ts'
import { type Settings, type StandInName, portOf, standInNames, startStandInOf } from './stand-ins.ts'

await serveAsChild(async () => {
  const { values, positionals } = parseArgs({ options: { data: { type: 'string' } }, allowPositionals: true })
  const names = positionals.length === 0 ? standInNames : positionals.map(nameFrom)
  const running = new Map<StandInName, RunningStandIn>()
  try {
    const settings = names.includes('keyVault') ? await startVault(running, values.data) : process.env
    if (names.includes('models')) running.set('models', await startModels({ port: portOf('models', process.env) }))
    if (names.includes('web')) running.set('web', await startWeb({ port: portOf('web', process.env) }))
    await startPeers(running, names, settings, values.data)
    if (names.includes('operators')) running.set('operators', await startOperators())
  } catch (error) {
    await close(running)
    throw error
  }
  return {
    urls: Object.fromEntries([...running].map(([name, { url }]) => [name, url])),
    close: () => close(running),
  }
})

/** First, since the keys of the peers may be in it. */
async function startVault(running: Map<StandInName, RunningStandIn>, dataFolder?: string): Promise<Settings> {
  const vault = await startKeyVault({
    port: portOf('keyVault', process.env),
    ...(dataFolder !== undefined && { dataFolder }),
  })
  running.set('keyVault', vault)
  return withSecrets(vault, process.env)
}

async function startOperators(): Promise<RunningStandIn> {
  const { OPERATOR_AUDIENCE } = requireSettings(process.env, ['OPERATOR_AUDIENCE'])
  return startOperatorIssuer({ port: portOf('operators', process.env), audience: OPERATOR_AUDIENCE })
}

async function startPeers(
  running: Map<StandInName, RunningStandIn>,
  names: readonly StandInName[],
  settings: Settings,
  dataFolder?: string,
): Promise<void> {
  const started = await Promise.allSettled(
    peerNames
      .filter((name) => names.includes(name))
      .map(async (name) => running.set(name, await startStandInOf(name, settings, dataFolder))),
  )
  const failures = started.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []))
  if (failures.length > 0) throw new Error(failures.map(({ message }) => message).join('\n'))
}

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
