// What the suite needs to call models: tiers, limits, providers. Each is loaded and made when it is first asked for.
import { azureCredential } from '../config/azure-credential.ts'
import type { Config } from '../config/config.ts'
import { once } from '../once.ts'
import type { ClientOf } from '../peers/peers.ts'
import type { Sealing } from '../secrets/sealing.ts'
import type { Secrets } from '../secrets/secrets.ts'
import type { ReadSecret } from '../secrets/setting-secret.ts'
import type { Store } from '../store/store.ts'
import type { AnswerCache } from './answer-cache/answer-cache.ts'
import type { AiAdmissions } from './limits/admissions.ts'
import type { AiTiers } from './limits/tiers.ts'
import type { Models } from './providers/models.ts'

export type AiServices = {
  /** Which tier of AI a call runs on. */
  readonly aiTiers: () => Promise<AiTiers>
  /** Lets calls of models in, within the limits of their tier. */
  readonly aiAdmissions: () => Promise<AiAdmissions>
  /** Answers that a later call with the same input may have. */
  readonly answerCache: () => Promise<AnswerCache>
  /** What AI_MODELS names; without it the embedded provider. */
  readonly models: () => Promise<Models>
}

type ModelParts = {
  readonly config: Config
  readonly secret: ReadSecret
  readonly secrets: () => Promise<Secrets>
  readonly store: () => Store
  readonly now: () => Date
}

type AiParts = ModelParts & {
  readonly hub: () => Promise<ClientOf<'hub'>>
  readonly sealing: () => Promise<Sealing>
}

/** `close` gives back what is leased. */
export const aiServices = ({
  hub,
  sealing,
  ...parts
}: AiParts): AiServices & { readonly close: () => Promise<void> } => {
  const { store, config, now } = parts
  let closeAtEnd = (): Promise<void> => Promise.resolve()
  let keepAtEnd = (): Promise<void> => Promise.resolve()
  return {
    aiTiers: once(async () => {
      const { createAiTiers } = await import('./limits/tiers.ts')
      return createAiTiers({ store: store(), hub, now, hubUrl: () => config.require('HUB_URL').HUB_URL })
    }),
    aiAdmissions: once(async () => {
      const { createAiAdmissions } = await import('./limits/admissions.ts')
      const admissions = createAiAdmissions({ store: store(), now })
      closeAtEnd = admissions.close
      return admissions
    }),
    answerCache: once(async () => {
      const { createAnswerCache } = await import('./answer-cache/answer-cache.ts')
      const cache = createAnswerCache({ store, sealing, now })
      keepAtEnd = cache.close
      return cache
    }),
    models: once(() => connectModels(parts)),
    close: async () => void (await Promise.all([closeAtEnd(), keepAtEnd()])),
  }
}

const connectModels = async ({ config, secret, secrets, store, now }: ModelParts): Promise<Models> => {
  const { AI_MODELS } = config.require('AI_MODELS')
  const { createModels } = await import('./providers/models.ts')
  const { noModels } = await import('../config/model-settings.ts')
  return createModels({
    settings: AI_MODELS ?? noModels,
    credentials: {
      identity: once(azureCredential),
      modelKey: (refused) => secret('AI_MODEL_KEY', refused),
      vaultSecret: async (name, refused) => {
        const { cache } = await secrets()
        return (await cache.read(name, refused === undefined ? {} : { refused })).value
      },
    },
    breakers: once(async () => {
      const { createModelBreakers } = await import('./providers/breakers.ts')
      return createModelBreakers({ store: store(), now })
    }),
  })
}
