// Numbers of persons at the compatible door: they do not leave for a model, and are in its answer.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { complete } from '../../../../functions/ai/completions/completion.ts'
import { streamCompletion } from '../../../../functions/ai/completions/streamed-completion.ts'
import { openDoorStage } from './door-stage.ts'

let stage: Awaited<ReturnType<typeof openDoorStage>>
beforeAll(async () => {
  stage = await openDoorStage(inject('stack'))
})
afterAll(() => stage?.close())

const numbers = ['4111 1111 1111 1111', '+44 20 7946 0958', 'DE89 3704 0044 0532 0130 00']
const question = (): string =>
  `Say this: Card ${numbers[0]}, phone ${numbers[1]}, account ${numbers[2]} (${randomUUID()}).`

/** A model that repeats the question, a few characters at a time. */
const repeated = () => stage.order({ obeys: 'question' })

const expectNoneLeft = async (): Promise<void> => {
  const sent = await stage.sent()
  expect(sent).toContain('Say this')
  for (const number of numbers) expect(sent).not.toContain(number)
}

it('are in an answer that comes as a whole, and did not leave', async () => {
  await repeated()
  const content = question()
  const { completion } = await complete(stage.services, stage.requestOf(content), new Date())
  expect(completion.choices[0]?.message.content).toBe(content)
  await expectNoneLeft()
})

it('are in an answer that is streamed, and did not leave', async () => {
  await repeated()
  const content = question()
  const { events } = await streamCompletion(stage.services, stage.requestOf(content), new Date())
  let text = ''
  for await (const event of events)
    if ('data' in event) {
      const { choices } = event.data as { choices: { delta: { content?: string } }[] }
      text += choices[0]?.delta.content ?? ''
    }
  expect(text).toBe(content)
  await expectNoneLeft()
})
