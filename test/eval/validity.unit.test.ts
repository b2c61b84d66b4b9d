// A small part of the evaluation of malformed answers: what leaves the gateway is as it should be, and a gateway that guesses is noticed.
import { describe, expect, it } from 'vitest'
import { leftOf } from '../../eval/validity/scripted-gateway.ts'
import { isMet } from '../../eval/measure.ts'
import { measureValidity } from '../../eval/validity/validity-measures.ts'

const missedBy = async (gateway: typeof leftOf, max: number): Promise<readonly string[]> =>
  (await measureValidity(gateway, max)).filter((measure) => !isMet(measure)).map(({ name }) => name)

describe('what leaves the gateway of malformed answers', () => {
  it('fits, with the values that the model wrote, after one repair at most, or is made by rules that say so', async () => {
    const faults: unknown[] = []
    const measures = await measureValidity(leftOf, 8, (fault) => faults.push(fault))
    expect(faults).toEqual([])
    expect(measures.filter((measure) => !isMet(measure))).toEqual([])
  })
})

describe('a gateway', () => {
  it('that shows numbers where a model wrote texts is noticed', async () => {
    const mending: typeof leftOf = async (...asked) => {
      const left = await leftOf(...asked)
      const answer: unknown = JSON.parse(JSON.stringify(left.reply?.answer ?? null).replaceAll('007', '7'))
      return { ...left, reply: left.reply && { ...left.reply, answer } }
    }
    expect(await missedBy(mending, 2)).toContain('values unaltered, of answers shown')
  })

  it('that shows whatever a model wrote is noticed', async () => {
    const trusting: typeof leftOf = async (name, input, turns) => {
      const left = await leftOf(name, input, turns)
      return left.reply?.label === undefined ? left : { ...left, reply: { ...left.reply, answer: turns[0] } }
    }
    expect(await missedBy(trusting, 4)).toContain('what leaves of malformed answers fits')
  })

  it('that asks again and again, and hides that rules have answered, is noticed', async () => {
    const hiding: typeof leftOf = async (...asked) => {
      const left = await leftOf(...asked)
      return { ...left, calls: left.calls + 1, reply: left.reply && { ...left.reply, model: 'model' } }
    }
    expect(await missedBy(hiding, 4)).toEqual(
      expect.arrayContaining(['repairs at most once', 'rules or a problem instead, said so']),
    )
  })
})
