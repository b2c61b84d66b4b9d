// What it costs that rows keep secrets encrypted: a row that is read and opened, beside the same row that is only read; of a tenant whose key
// is known, and of one whose key has to be read and unwrapped first.
import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { startKeyVault } from '../local/key-vault/key-vault.ts'
import { withSecrets } from '../local/key-vault/provided-secrets.ts'
import { createSealing } from '../shared/secrets/sealing.ts'
import { openSecrets } from '../shared/secrets/secrets.ts'
import { createStore } from '../shared/store/store.ts'
import { rowKind, table } from '../shared/store/table.ts'
import type { Bench } from './benchmark.ts'
import { type Measurement, median } from './measurement.ts'

const rounds = 5
const tenants = 40
const rowsOfTenant = 20
/** Of a refresh token of Entra. */
const valueBytes = 1_200
/** AES-GCM of a kilobyte is microseconds, and the reading a round trip. */
const goalOfKnown = 1.25

const secretTable = table('benchSecrets', {
  secret: rowKind({
    schema: z.strictObject({ tenantId: z.string(), id: z.string(), value: z.string() }),
    partition: ['tenantId'],
    key: ['id'],
    keepFor: { days: 1 },
    dataOf: { nobody: 'Of a benchmark' },
  }),
})

type Place = { readonly tenantId: string; readonly id: string }

export const measureSealedRows = async ({ settings, progress }: Bench): Promise<readonly Measurement[]> => {
  const vault = await startKeyVault({ port: 0 })
  try {
    withSecrets(vault, {})
    const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
    const rows = store.open(secretTable).secret
    const now = (): Date => new Date()
    const secrets = openSecrets(vault.url, now)
    const instance = () => createSealing({ store, now, ...secrets })
    const places = await fill()
    const firsts = places.filter(({ id }) => id === '0')
    const read = async (place: Place): Promise<string> => (await rows.get(place))?.value.value ?? ''
    const openWith =
      (sealing: ReturnType<typeof instance>) =>
      async (place: Place): Promise<string> =>
        sealing.open(place.tenantId, place.id, await read(place))
    const taken: Record<'bare' | 'known' | 'bareFirsts' | 'fresh', number[]> = {
      bare: [],
      known: [],
      bareFirsts: [],
      fresh: [],
    }
    for (let round = 0; round <= rounds; round += 1) {
      progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
      const known = instance()
      const figures = {
        bareFirsts: await millisecondsOf(firsts, read),
        fresh: await millisecondsOf(firsts, openWith(known)),
        bare: await millisecondsOf(places, read),
        known: await millisecondsOf(places, openWith(known)),
      }
      if (round > 0)
        for (const [name, figure] of Object.entries(figures)) taken[name as keyof typeof taken].push(figure)
    }
    const measurement = (name: string, figure: number, floor: number): Measurement => ({
      name,
      figure,
      unit: 'ms',
      floor: { name: 'bare read', figure: floor },
    })
    return [
      { ...measurement('Sealed row, key known', median(taken.known), median(taken.bare)), goal: goalOfKnown },
      measurement('Sealed row, first of its tenant', median(taken.fresh), median(taken.bareFirsts)),
    ]

    async function fill(): Promise<readonly Place[]> {
      const sealing = instance()
      const made: Place[] = []
      for (let tenant = 0; tenant < tenants; tenant += 1)
        for (let row = 0; row < rowsOfTenant; row += 1) {
          const place = { tenantId: `bench-${tenant}`, id: String(row) }
          const value = randomBytes(valueBytes / 2).toString('hex')
          await rows.upsert({ ...place, value: await sealing.seal(place.tenantId, place.id, value) })
          made.push(place)
        }
      return made
    }
  } finally {
    await vault.close()
  }
}

/** Of each, one after the other; the median. */
const millisecondsOf = async (places: readonly Place[], work: (place: Place) => Promise<string>): Promise<number> => {
  const taken: number[] = []
  for (const place of places) {
    const begun = performance.now()
    await work(place)
    taken.push(performance.now() - begun)
  }
  return median(taken)
}
