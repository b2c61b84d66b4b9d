// The API of the AI Platform in a process of its own, which can be killed, before models that obey, fail and write badly; and all that they log.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, startChild } from '@theone/local-process/child-process'
import type { LocalSettings } from '../../../../local/local-settings.ts'
import { startModels } from '../../../../local/models/models.ts'
import { hostProgram } from '../../../../local/package-programs.ts'
import { createModelControl, newDeployment, type Ordered } from '../../../local/models/model-control.ts'
import { plain } from './model-faults.ts'

export type IsolationStage = {
  readonly url: () => string
  /** How the models answer from now on: these, and then what any text in their prompt asks for. */
  readonly order: (next: readonly Ordered[]) => Promise<void>
  /** What was sent to the models since it was last asked. */
  readonly sent: () => Promise<readonly string[]>
  /** All lines that the processes have logged. */
  readonly lines: readonly string[]
  /** Kills the process in the middle of whatever it does, and starts it again at the same address. */
  readonly crash: () => Promise<void>
  /** Once it listens again. */
  readonly ready: () => Promise<void>
  /** Ends the process, which writes what it has not written yet. */
  readonly stopHost: () => Promise<void>
  readonly close: () => Promise<void>
}

export const startIsolationStage = async (settings: LocalSettings): Promise<IsolationStage> => {
  const models = await startModels({ port: 0 })
  const control = createModelControl(models.url)
  const deployments = [newDeployment(), newDeployment()]
  const providers = { local: { wire: 'openai-chat', endpoint: `${models.url}/v1`, auth: 'none' } }
  const served = deployments.map((deployment) => `local/${deployment}`)
  const classes = { fast: served, deep: served.toReversed() }
  const folder = await mkdtemp(join(tmpdir(), 'isolation-'))
  const lines: string[] = []
  const start = (port: string): Promise<Child> =>
    startChild({
      name: 'Functions host',
      file: hostProgram,
      args: ['--entry', join(import.meta.dirname, '../ai-api-app.ts'), '--port', port, '--state', folder],
      env: { ...settings, AI_MODELS: JSON.stringify({ providers, classes }) },
      onLine: (line) => void lines.push(line),
    })
  let starting = start('0')
  const address = new URL((await starting).urls['functions'] ?? '')
  return {
    url: () => address.origin,
    lines,
    order: async (next) => {
      for (const [index, deployment] of deployments.entries())
        await control.order(deployment, {
          next: next.filter((_, at) => at % deployments.length === index),
          usual: plain,
        })
    },
    sent: async () => {
      const calls = (await Promise.all(deployments.map((deployment) => control.calls(deployment)))).flat()
      for (const deployment of deployments)
        await fetch(`${models.url}/_control/reset?deployment=${deployment}`, { method: 'POST' })
      return calls.map((call) => JSON.stringify(call))
    },
    crash: async () => {
      const host = await starting
      starting = host.kill().then(() => start(address.port))
      await starting
    },
    ready: async () => void (await starting),
    stopHost: async () => (await starting).stop(),
    close: async () => {
      await (await starting).stop()
      await models.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
