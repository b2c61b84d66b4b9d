// With what a provider is asked, by the word of its settings.
import { describe, expect, it } from 'vitest'
import type { ProviderSettings } from '../../../../shared/config/model-settings.ts'
import { type CredentialSources, credentialOf } from '../../../../shared/ai/providers/credential.ts'

const sources = (more: Partial<CredentialSources> = {}): CredentialSources => ({
  identity: () => Promise.reject(new Error('There is no identity here.')),
  modelKey: (refused) => Promise.resolve(`key after ${refused}`),
  vaultSecret: (name, refused) => Promise.resolve(`${name} after ${refused}`),
  ...more,
})
const of = (auth: string, more?: Partial<CredentialSources>, refused?: string) =>
  credentialOf({ auth } as ProviderSettings, sources(more), refused)

describe('a credential', () => {
  it('is none, the key of the setting, or a secret of the vault, read past one that was refused', async () => {
    expect(await of('none')).toEqual({ kind: 'none' })
    expect(await of('key', {}, 'old')).toEqual({ kind: 'key', key: 'key after old' })
    expect(await of('kv:claude-key', {}, 'old')).toEqual({ kind: 'key', key: 'claude-key after old' })
  })

  it('of an identity is a token for models, asked for anew each time', async () => {
    const asked: unknown[] = []
    const getToken = (scope: string | string[]) => {
      asked.push(scope)
      return Promise.resolve({ token: `token ${asked.length}`, expiresOnTimestamp: 0 })
    }
    const credential = await of('identity', { identity: () => Promise.resolve({ getToken }) })
    if (credential.kind !== 'identity') throw new Error('It is no identity.')
    expect([await credential.token(), await credential.token()]).toEqual(['token 1', 'token 2'])
    expect(new Set(asked)).toEqual(new Set(['https://cognitiveservices.azure.com/.default']))
  })

  it('of an identity that gets no token says so, with the reason as its cause', async () => {
    const reason = new Error('IMDS answered 410.')
    const credential = await of('identity', {
      identity: () => Promise.resolve({ getToken: () => Promise.reject(reason) }),
    })
    if (credential.kind !== 'identity') throw new Error('It is no identity.')
    await expect(credential.token()).rejects.toMatchObject({ code: 'model-unauthorized', cause: reason })
  })
})
