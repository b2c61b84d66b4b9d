// A result is cut off at requests to the storage and to its product, before and after they took effect, and told of again: one result.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { heldServices } from '../../../support/held-services.ts'
import type { Side } from '../../../support/holding-proxy.ts'
import { call, investigation, startEvidencing } from '../../../support/evidence.ts'
import { type Moment, isLong, momentsOf } from '../../../support/thoroughness.ts'

const stack = inject('stack')

// What is only read and cached, and the limits of AI, which have tests of their own.
const isStep = /aiNarratives|aiRecaps|investigations|calls\/|audit/

const kinds = [
  ['narrative', 'defend', 'DEFEND_API_URL', 'investigation', investigation()],
  ['recap', 'voice', 'VOICE_API_URL', 'call', call()],
] as const

describe.each(kinds)('a %s that is cut off', (kind, product, setting, record, content) => {
  let steps: readonly string[] = []
  let whole: Awaited<ReturnType<typeof startEvidencing>>
  beforeAll(async () => {
    whole = await startEvidencing(stack)
    const { requests, services, close } = await heldServices(stack, { peer: product, setting, isStep })
    const { handle, tenantId } = await startEvidencing(stack, { tenantId: whole.tenantId, changed: () => services })
    // Tables are made, and what is cached is read, by the first one of all.
    await handle(kind, await whole[product].put(record, content))
    const id = await whole[product].put(record, content)
    requests.begin()
    await handle(kind, id)
    steps = requests.seen()
    expect(tenantId).toBe(whole.tenantId)
    await close()
  })
  afterAll(() => whole.services.close())

  it.each(['before', 'after'] as const)('%s a step is written once when it is told of again', async (side: Side) => {
    expect(steps.length).toBeGreaterThan(6)
    // Both go through the same steps: each is tried with narratives, with recaps the first and those at which Voice is told.
    const isTried = ({ step }: Moment, index: number): boolean =>
      isLong || kind === 'narrative' || index === 0 || /^(?:PUT|POST) \/v1\//.test(steps[step - 1] ?? '')
    const moments = momentsOf(steps)
      .filter((moment) => moment.side === side)
      .filter(isTried)
    expect(moments.length).toBeGreaterThan(0)
    // What was cut off tries for a while to reach what is closed then.
    const cutOff: Promise<unknown>[] = []
    for (const { step } of moments) {
      const { requests, services, close } = await heldServices(stack, { peer: product, setting, isStep })
      const cut = await startEvidencing(stack, { tenantId: whole.tenantId, changed: () => services })
      const id = await whole[product].put(record, content)
      requests.begin({ request: step, side })
      const ended = cut.handle(kind, id).then(
        () => 'ended',
        () => 'failed',
      )
      expect(await Promise.race([requests.held().then(() => 'held'), ended]), `step ${step}`).toBe('held')
      await whole.handle(kind, id)
      expect(await whole.handle(kind, id)).toBe('duplicate')
      const written = (await whole[product].results()).filter((result) => result.id === id)
      expect(written, `step ${step}`).toMatchObject([{ changes: 1, result: { state: 'available' } }])
      expect(await whole.unfinished(), `step ${step}`).toBe(0)
      await close()
      cutOff.push(ended)
    }
    await Promise.all(cutOff)
  })
})
