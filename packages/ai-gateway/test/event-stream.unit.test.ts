import { expect, it } from 'vitest'
import { eventsOf } from '../src/event-stream.ts'

it('puts characters together that are split across chunks', async () => {
  const data = { text: 'Grüße ☃ 👩‍🚀 中文' }
  const bytes = new TextEncoder().encode(`event: text\ndata: ${JSON.stringify(data)}\n\n`)
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
      controller.close()
    },
  })
  const events = []
  for await (const event of eventsOf(body, (cause) => new Error('It broke off.', { cause }))) events.push(event)
  expect(events).toEqual([{ event: 'text', data }])
})
