// What the compatible door asks of a model, what it says of an answer that is refused or taken back, and of a question that is too long for it.
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { complete, completionParts } from '../../../../functions/ai/completions/completion.ts'
import { streamCompletion } from '../../../../functions/ai/completions/streamed-completion.ts'
import type { Ordered } from '../../../local/models/model-control.ts'
import { openDoorStage } from './door-stage.ts'

let stage: Awaited<ReturnType<typeof openDoorStage>>
beforeAll(async () => {
  stage = await openDoorStage(inject('stack'))
})
afterAll(() => stage?.close())

const answerOf = async (behaviour: Ordered) => {
  await stage.order(behaviour)
  return complete(stage.services, stage.requestOf('Tell me.'), new Date())
}

it('shows nothing of an answer that the filter has taken back', async () => {
  const behaviour = { text: 'How to do harm.', fault: 'late-filter' } as const
  await expect(answerOf(behaviour)).rejects.toMatchObject({ code: 'prompt-filtered' })
  await stage.order(behaviour)
  const kinds: string[] = []
  for await (const { kind } of completionParts(stage.services, stage.requestOf('Tell me.'))) kinds.push(kind)
  expect(kinds).toContain('retract')
})

it('ends a stream with an error, and says nothing more, once the filter has taken the answer back', async () => {
  await stage.order({ text: 'How to do harm.', fault: 'late-filter' })
  const { events } = await streamCompletion(stage.services, stage.requestOf('Tell me.'), new Date())
  const seen: string[] = []
  const read = async (): Promise<void> => {
    for await (const event of events) seen.push(JSON.stringify(event))
  }
  await expect(read()).rejects.toMatchObject({ code: 'prompt-filtered' })
  expect(seen.filter((event) => /"finish_reason":"|DONE/.test(event))).toEqual([])
})

it('hands on how the program wants its answer: how long, how free, and up to which words', async () => {
  await stage.order({ text: 'Yes.' })
  const request = stage.requestOf('Tell me how it was.')
  const wants = { max_completion_tokens: 77, max_tokens: 99, temperature: 0.3, stop: 'THE END' }
  await complete(stage.services, { ...request, body: { ...request.body, ...wants } }, new Date())
  const sent = (JSON.parse(await stage.sent()) as readonly Readonly<Record<string, unknown>>[]).at(-1)
  expect(sent).toMatchObject({ temperature: 0.3, stop: ['THE END'] })
  expect(sent?.['max_completion_tokens'] ?? sent?.['max_tokens']).toBe(77)
})

it('has a word of refusal, also where the model gave none', async () => {
  const { completion } = await answerOf({ fault: 'declined' })
  expect(completion.choices[0]?.message).toMatchObject({ content: '', refusal: 'The model declined to answer.' })
})

it('lets in by all that the model would read, the schema of the answer as well', async () => {
  const schema = { type: 'object', description: 'many words '.repeat(100_000), properties: {} }
  const request = stage.requestOf('Tell me.')
  const format = { type: 'json_schema' as const, json_schema: { name: 'x', schema } }
  const asked = { ...request, body: { ...request.body, response_format: format } }
  await expect(complete(stage.services, asked, new Date())).rejects.toMatchObject({ code: 'ai-call-too-large' })
})
