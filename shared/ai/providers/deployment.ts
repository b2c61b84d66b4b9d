// A deployment that can be asked: whose it is, how it is reached, and for whom it is kept.
import type { ModelSettings, ProviderSettings } from '../../config/model-settings.ts'
import type { Lane, ModelClass } from './provider.ts'

export type Deployment = {
  /** `azure/gpt-4o`. */
  readonly id: string
  readonly provider: string
  /** As the provider knows it. */
  readonly name: string
  readonly lane: Lane | undefined
  readonly settings: ProviderSettings
}

/** Those that may serve the call, in the order in which they are tried: first those of its lane. */
export const deploymentsFor = (
  { providers, classes }: ModelSettings,
  modelClass: ModelClass,
  lane: Lane | undefined,
): readonly Deployment[] => {
  const all = classes[modelClass].flatMap((served): readonly Deployment[] => {
    const at = served.use.indexOf('/')
    const provider = served.use.slice(0, at)
    const settings = providers[provider]
    const own = 'lane' in served ? served.lane : undefined
    return settings ? [{ id: served.use, provider, name: served.use.slice(at + 1), lane: own, settings }] : []
  })
  return [
    ...(lane === undefined ? [] : all.filter((deployment) => deployment.lane === lane)),
    ...all.filter((deployment) => deployment.lane === undefined),
  ]
}
