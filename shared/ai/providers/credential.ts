// With what a provider is asked: the managed identity, a key, or nothing.
import type { TokenCredential } from '@azure/identity'
import { AppError } from '../../errors.ts'
import type { ProviderSettings } from '../../config/model-settings.ts'

export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'identity'; readonly token: () => Promise<string> }

export type CredentialSources = {
  readonly identity: () => Promise<TokenCredential>
  /** Of AI_MODEL_KEY. @param refused a key that was not accepted: read past what is known of it */
  readonly modelKey: (refused?: string) => Promise<string | undefined>
  readonly vaultSecret: (name: string, refused?: string) => Promise<string>
}

/** For Azure OpenAI and for Foundry alike. */
const scope = 'https://cognitiveservices.azure.com/.default'

/** @throws AppError `not-configured` or `vault-unavailable` when there is no such key */
export const credentialOf = async (
  { auth }: ProviderSettings,
  { identity, modelKey, vaultSecret }: CredentialSources,
  refused?: string,
): Promise<Credential> => {
  if (auth === 'none') return { kind: 'none' }
  if (auth === 'key') return { kind: 'key', key: (await modelKey(refused)) ?? '' }
  if (auth !== 'identity') return { kind: 'key', key: await vaultSecret(auth.slice('kv:'.length), refused) }
  const credential = await identity()
  return {
    kind: 'identity',
    token: async () => {
      const token = await credential.getToken(scope).catch((cause: unknown) => {
        throw new AppError('model-unauthorized', 'The managed identity has no token for the models.', { cause })
      })
      return token?.token ?? ''
    },
  }
}
