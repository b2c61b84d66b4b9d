// The providers on a stage: the stand-in of models, and clients of it over every wire, each call at deployments of its own.
import { createModelControl, newDeployment } from '../../../local/models/model-control.ts'
import { startModels } from '../../../../local/models/models.ts'
import { createModelBreakers, type BreakerTimes } from '../../../../shared/ai/providers/breakers.ts'
import { createModels } from '../../../../shared/ai/providers/models.ts'
import type { ModelAnswer, ModelCall, ModelPart, ModelUse } from '../../../../shared/ai/providers/provider.ts'
import { type ModelSettings, modelSettings } from '../../../../shared/config/model-settings.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { startAzurite } from '../../../support/azurite.ts'

export const wireNames = ['azure', 'openai', 'claude'] as const
export type WireName = (typeof wireNames)[number]

export const startStage = async () => {
  const [standIn, azurite] = await Promise.all([startModels({ port: 0 }), startAzurite()])
  const store = createStore({ connectionString: azurite.connectionString })
  const control = createModelControl(standIn.url)
  const providers = (more: object) => ({
    azure: { wire: 'openai-chat', endpoint: standIn.url, apiVersion: '2024-10-21', auth: 'key', ...more },
    openai: { wire: 'openai-chat', endpoint: `${standIn.url}/v1`, auth: 'key', ...more },
    claude: { wire: 'anthropic-messages', endpoint: `${standIn.url}/anthropic`, auth: 'key', ...more },
  })
  /** Models whose classes `fast` and `audio` are served by these deployments: `azure/d-1`. */
  const modelsOf = (fast: readonly unknown[], { more = {}, times, keys = [] }: ModelsOptions = {}) => {
    const settings: ModelSettings = modelSettings.parse(
      JSON.stringify({ providers: providers(more), classes: { fast, audio: fast.filter(takesAudio) } }),
    )
    const breakers = createModelBreakers({ store, now: () => new Date(), ...(times && { times }) })
    return createModels({
      settings,
      credentials: {
        identity: () => Promise.reject(new Error('There is no identity here.')),
        modelKey: async (refused) => (keys.length === 0 ? 'any' : keys[refused === undefined ? 0 : 1]),
        vaultSecret: async () => 'any',
      },
      breakers: async () => breakers,
    })
  }
  return {
    url: standIn.url,
    control,
    store,
    modelsOf,
    /** One deployment with one behaviour after the other. */
    deploymentOf: async (wire: WireName, ...next: Parameters<typeof control.order>[1]['next'] & object) => {
      const name = newDeployment()
      await control.order(name, { next })
      return { name, id: `${wire}/${name}` }
    },
    close: async () => {
      await Promise.all([standIn.close(), azurite.stop()])
    },
  }
}

const takesAudio = (use: unknown): boolean => typeof use === 'string' && !use.startsWith('claude/')

type ModelsOptions = { readonly more?: object; readonly times?: BreakerTimes; readonly keys?: readonly string[] }

export type Stage = Awaited<ReturnType<typeof startStage>>

export const callOf = (more: Partial<ModelCall> = {}) => {
  const uses: ModelUse[] = []
  const caller = new AbortController()
  const call: ModelCall = {
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'How are you?' },
    ],
    ceiling: 500,
    signal: caller.signal,
    deadlineMs: 15_000,
    onUsed: (use) => uses.push(use),
    ...more,
  }
  return { call, uses, leave: () => caller.abort() }
}

export const partsOf = async (answer: ModelAnswer): Promise<readonly ModelPart[]> => {
  const parts: ModelPart[] = []
  for await (const part of answer) parts.push(part)
  return parts
}

/** What it throws, with what had been read until then. */
export const failureOf = async (answer: ModelAnswer) => {
  const texts: string[] = []
  try {
    for await (const part of answer) if (part.kind === 'text') texts.push(part.text)
  } catch (error) {
    return { error, texts }
  }
  throw new Error(`It answered: ${texts.join('')}`)
}
