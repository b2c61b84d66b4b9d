// A model that answers as it is told, and services of ours that ask it: for tests of what stands between a model and whoever reads its answer.
import { startModels } from '../../local/models/models.ts'
import { loadConfig } from '../../shared/config/config.ts'
import { type Services, createServices } from '../../shared/services.ts'
import { createModelControl, newDeployment, type Ordered } from '../local/models/model-control.ts'

type Settings = Readonly<Record<string, string>>

export type ScriptedModel = {
  readonly services: Services
  readonly deployment: string
  /** As JSON: all that was sent. */
  readonly prompts: () => Promise<string>
  readonly calls: () => ReturnType<ReturnType<typeof createModelControl>['calls']>
  readonly ended: () => ReturnType<ReturnType<typeof createModelControl>['endedCalls']>
}

export type ScriptedModels = {
  /** A deployment of its own, which answers so, one after the other. */
  readonly modelThat: (...next: readonly Ordered[]) => Promise<ScriptedModel>
  /** As `modelThat`, and always the same. */
  readonly modelThatAlways: (usual: Ordered) => Promise<ScriptedModel>
  /** Another process that asks the same deployment. */
  readonly servicesFor: (deployment: string, now?: () => Date) => Services
  readonly url: string
  readonly close: () => Promise<void>
}

export const startScriptedModels = async (settings: Settings): Promise<ScriptedModels> => {
  const models = await startModels({ port: 0 })
  const control = createModelControl(models.url)
  const opened: Services[] = []
  const servicesFor = (deployment: string, now?: () => Date): Services => {
    const providers = { local: { wire: 'openai-chat', endpoint: `${models.url}/v1`, auth: 'none' } }
    const classes = { fast: [`local/${deployment}`], deep: [`local/${deployment}`] }
    const services = createServices(loadConfig({ ...settings, AI_MODELS: JSON.stringify({ providers, classes }) }), now)
    opened.push(services)
    return services
  }
  const ordered = async (order: Parameters<typeof control.order>[1]): Promise<ScriptedModel> => {
    const deployment = newDeployment()
    await control.order(deployment, order)
    return {
      services: servicesFor(deployment),
      deployment,
      prompts: async () => JSON.stringify(await control.calls(deployment)),
      calls: () => control.calls(deployment),
      ended: () => control.endedCalls(deployment),
    }
  }
  return {
    modelThat: (...next) => ordered({ next }),
    modelThatAlways: (usual) => ordered({ usual }),
    servicesFor,
    url: models.url,
    close: async () => {
      await Promise.all(opened.map(({ close }) => close()))
      await models.close()
    },
  }
}
