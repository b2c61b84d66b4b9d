// What a key check costs: verified, and its use counted, beside a bare look-up of its hash; of keys that are known to the process.
import { createHash } from 'node:crypto'
import { createIntegrationKey } from '../shared/auth/integration-key.ts'
import { keyIdOf } from '../shared/auth/key-form.ts'
import { createKeyUse } from '../shared/auth/key-use.ts'
import { createKeyVerifier } from '../shared/auth/key-verifier.ts'
import { createStore } from '../shared/store/store.ts'
import type { Bench } from './benchmark.ts'
import { type Measurement, median } from './measurement.ts'

const rounds = 5
const keyCount = 200
const roundMs = 500

export const measureKeyCheck = async ({ settings, progress }: Bench): Promise<readonly Measurement[]> => {
  const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
  const now = (): Date => new Date()
  const verify = createKeyVerifier(store)
  const keyUse = createKeyUse({ store, append: () => Promise.resolve(), now })
  const keys: string[] = []
  for (let count = 0; count < keyCount; count += 1)
    keys.push(
      await createIntegrationKey(store, {
        environment: 'test',
        tenantId: `bench-${count}`,
        integration: 'scanner→code',
        scopes: ['code:tickets:read'],
        now: now(),
      }),
    )
  const digestOf = (key: string): string => createHash('sha256').update(key).digest('base64url')
  const known = new Map(keys.map((key) => [digestOf(key), keyIdOf(key)]))
  const bare = (key: string): Promise<void> =>
    known.has(digestOf(key)) ? Promise.resolve() : Promise.reject(new Error('The key is unknown.'))
  const verified = async (key: string): Promise<void> => void (await verify(key, now()))
  const checked = async (key: string): Promise<void> =>
    keyUse.note({ ...(await verify(key, now())), address: '10.0.0.1', operation: 'code-list-tickets' })

  const taken: Record<'bare' | 'verified' | 'checked', number[]> = { bare: [], verified: [], checked: [] }
  for (let round = 0; round <= rounds; round += 1) {
    progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    // What was read is good for 5 s: it is read again before the time counts.
    for (const key of keys) await checked(key)
    const figures = {
      bare: await perSecond(keys, bare),
      verified: await perSecond(keys, verified),
      checked: await perSecond(keys, checked),
    }
    if (round > 0) for (const [name, figure] of Object.entries(figures)) taken[name as keyof typeof taken].push(figure)
  }
  await keyUse.flush()
  const floor = { name: 'bare hash look-up', figure: median(taken.bare) }
  return [
    { name: 'Key check, known', figure: median(taken.verified), unit: 'requests/s', floor },
    { name: 'Key check, known, use counted', figure: median(taken.checked), unit: 'requests/s', floor },
  ]
}

const perSecond = async (keys: readonly string[], work: (key: string) => Promise<void>): Promise<number> => {
  const begun = performance.now()
  let calls = 0
  while (performance.now() - begun < roundMs) {
    for (const key of keys) await work(key)
    calls += keys.length
  }
  return (calls * 1_000) / (performance.now() - begun)
}
