// The seed in its thread. That it seeds is seen wherever `npm start` runs.
import { expect, it } from 'vitest'
import { startSeeder } from '../../local/seeder.ts'

it('tells who waits for the data what went wrong', async () => {
  const seed = startSeeder(0)
  await expect(seed({ settings: { DATA_STORAGE: 'nonsense' }, dataFolder: '/nowhere' })).rejects.toThrow(
    /DATA_STORAGE|[Cc]onnection/,
  )
})

it('fails rather than waits when its program cannot be loaded', async () => {
  const seed = startSeeder(Number.NaN)
  await expect(seed({ settings: {}, dataFolder: '/nowhere' })).rejects.toThrow()
})
