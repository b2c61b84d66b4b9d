// The events of an answer, as they come out of a body: bounded, whatever a provider sends.
import { describe, expect, it } from 'vitest'
import { answerEvents, wholeBody } from '../../../../shared/ai/providers/answer-events.ts'

const patience = { firstByteMs: 30_000, idleMs: 30_000 }
const partLength = 65_536

/** So many parts of one length, and how many of them were asked for. */
const bodyOf = (parts: number, part: string) => {
  let given = 0
  const bytes = new TextEncoder().encode(part)
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (given === parts) return controller.close()
      given += 1
      controller.enqueue(bytes)
    },
  })
  return { body, given: () => given }
}

const countOf = async (events: AsyncIterable<string>): Promise<number> => {
  let count = 0
  for await (const _ of events) count += 1
  return count
}

describe('a body of events', () => {
  it('is given up once a frame of it has more than a megabyte', async () => {
    const { body, given } = bodyOf(100, 'x'.repeat(partLength))
    await expect(countOf(answerEvents(body, patience))).rejects.toMatchObject({ code: 'model-cut-off' })
    expect(given()).toBeLessThan(20)
  })

  it('is read to its end, however long, while its frames are short', async () => {
    const { body } = bodyOf(100, `data: ${'x'.repeat(partLength)}\n\n`)
    expect(await countOf(answerEvents(body, patience))).toBe(100)
  })
})

describe('a body of one piece', () => {
  it('is given up once it has more than eight million characters', async () => {
    const { body, given } = bodyOf(300, 'x'.repeat(partLength))
    await expect(countOf(wholeBody(body, patience))).rejects.toMatchObject({ code: 'model-cut-off' })
    expect(given()).toBeLessThan(135)
  })
})
