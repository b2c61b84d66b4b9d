import { describe, expect, it } from 'vitest'
import type { AssistanceEvent } from '../../../../functions/ai/live-assistance/contract.ts'
import { createEventQueue } from '../../../../functions/ai/live-assistance/event-queue.ts'
import { createRounds, toldIn } from '../../../../functions/ai/live-assistance/rounds.ts'

const articles = (upToLine: number) => ({ event: 'articles' as const, data: { upToLine, articles: [] } })
const replies = (upToLine: number) => ({
  event: 'replies' as const,
  data: { upToLine, replies: [], model: 'rules', promptVersion: '' },
})

const play = (lastEventId?: string) => {
  const events: AssistanceEvent[] = []
  return { events, rounds: createRounds((event) => events.push(event), toldIn(lastEventId)) }
}

describe('a round', () => {
  it('that newer lines have ended tells nothing any more, whatever still comes', () => {
    const { events, rounds } = play()
    const [first, second] = [rounds.begin(3), rounds.begin(4)]
    expect([first.signal.aborted, second.signal.aborted]).toEqual([true, false])
    first.tell('model', replies(3))
    second.tell('articles', articles(4))
    expect(events.map(({ id, data }) => [id, data])).toEqual([['4.1', { upToLine: 4, articles: [] }]])
  })

  it('tells each part once', () => {
    const { events, rounds } = play()
    const round = rounds.begin(3)
    round.tell('articles', articles(3))
    round.tell('articles', articles(3))
    round.tell('model', replies(3))
    expect(events.map(({ id }) => id)).toEqual(['3.1', '3.5'])
  })

  it('of a stream that goes on tells what was not told, of the same lines alone', () => {
    const { events, rounds } = play('3.5')
    const round = rounds.begin(3)
    expect(round.isTold('model')).toBe(true)
    round.tell('articles', articles(3))
    round.tell('extract', replies(3))
    rounds.begin(4).tell('articles', articles(4))
    expect(events.map(({ id }) => id)).toEqual(['3.7', '4.1'])
  })

  it.each(['', 'x', '3', '3.9', '3.1.1', '-1.2', '99999999999.1'])('begins anew after the id %j', (id) => {
    expect(toldIn(id)).toBeUndefined()
  })
})

describe('events from several sides', () => {
  it('are read in the order in which they came, and a failure after them', async () => {
    const queue = createEventQueue<number>()
    queue.push(1)
    setImmediate(() => {
      queue.push(2)
      queue.fail(new Error('broken'))
      queue.push(3)
    })
    const seen: number[] = []
    const reading = (async () => {
      for await (const event of queue.events) seen.push(event)
    })()
    await expect(reading).rejects.toThrow('broken')
    expect(seen).toEqual([1, 2])
  })
})
