// Organizations that ask the AI Platform at once, each with a word of its own in all that it sends and in the records that are read for it.
import { randomInt, randomUUID } from 'node:crypto'
import { aiLimitTable } from '../../../../shared/ai/limits/figures.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import type { Store } from '../../../../shared/store/store.ts'
import { type Client, type Urls, identity, newClient, signIn } from '../../../support/browser-client.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { recordsOf } from '../jarvis/records.ts'

export type Organization = {
  readonly tenantId: string
  /** A word that nobody else says. */
  readonly marker: string
  /** Everything by which it is known. */
  readonly names: readonly string[]
  readonly userId: string
  /** With an integration key for features and for the door. */
  readonly program: Client
  /** Signed in, for Jarvis. */
  readonly person: Client
}

/** Letters alone: nothing takes them for a number or a secret. */
const newMarker = (): string =>
  `Okapi${Array.from({ length: 12 }, () => String.fromCharCode(97 + randomInt(26))).join('')}`

type Place = {
  readonly urls: Urls & Readonly<Record<'rmm' | 'books', string>>
  readonly store: Store
}

export const newOrganization = async ({ urls, store }: Place): Promise<Organization> => {
  const marker = newMarker()
  const who = identity({ userId: `user-${randomUUID()}`, product: 'ai' })
  const { tenantId, userId } = who
  await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-enterprise', products: ['hub', 'ai'] })
  await setLimits(store, tenantId)
  const key = await createIntegrationKey(store, {
    environment: 'test',
    tenantId,
    integration: 'code→ai',
    scopes: ['ai:features:code', 'ai:features:psa', 'ai:features:voice', 'ai:completions:use'],
    now: new Date(),
  })
  const records = recordsOf(urls, tenantId)
  await records.put({ lastUser: `«${marker} has used it»` })
  for (const product of ['rmm', 'books'] as const) await records.allow(product, userId)
  return {
    tenantId,
    marker,
    names: [marker, tenantId, userId],
    userId,
    program: newClient(urls, { 'x-integration-key': key }),
    person: await signIn(urls, who),
  }
}

/** So high that none is reached. */
const setLimits = async (store: Store, tenantId: string): Promise<void> => {
  const most = {
    requestsPerMinute: 1_000_000,
    tokensPerMinute: 1_000_000_000,
    tokensPerDay: 1_000_000_000_000,
    concurrency: 64,
  }
  const at = { tenantId, tier: 'ai-enterprise', setAt: new Date().toISOString(), origin: 'test' } as const
  await store.open(aiLimitTable).override.upsert({ ...at, ...most })
}
