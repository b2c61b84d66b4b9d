import { describe, expect, it } from 'vitest'
import { ChatCompletionRequest } from '../../../../functions/ai/completions/contract.ts'
import { conversationOf } from '../../../../functions/ai/completions/conversation.ts'
import { AppError } from '../../../../shared/errors.ts'

type Given = ChatCompletionRequest['messages']
const say = (...roles: readonly Given[number]['role'][]): Given =>
  roles.map((role, index) => ({ role, content: `${index}` }))

const refusalOf = (messages: Given): string | undefined => {
  try {
    conversationOf(messages)
    return undefined
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const [first] = error.details.errors ?? []
    return `${error.code} ${first?.path}`
  }
}

describe('a conversation', () => {
  it('begins with what the system says, whichever of its two names it has, and makes one of two in a row', () => {
    expect(conversationOf(say('system', 'developer', 'user', 'assistant', 'user', 'user'))).toEqual([
      { role: 'system', content: '0\n\n1' },
      { role: 'user', content: '2' },
      { role: 'assistant', content: '3' },
      { role: 'user', content: '4\n\n5' },
    ])
  })

  it('is of text, in one piece or several', () => {
    const content = [
      { type: 'text' as const, text: 'one' },
      { type: 'text' as const, text: 'two' },
    ]
    expect(conversationOf([{ role: 'user', content }])).toEqual([{ role: 'user', content: 'one\ntwo' }])
  })

  it.each([
    ['has no message of the user', say('system'), 0],
    ['begins with the assistant', say('assistant', 'user'), 0],
    ['ends with the assistant', say('user', 'assistant'), 1],
    ['has the system speak in the middle', say('user', 'system', 'user'), 1],
    ['has an empty message', [{ role: 'user', content: ' \n' }], 0],
  ] as const)('that %s is refused by the message that is wrong', (_, messages, index) => {
    expect(refusalOf([...messages])).toBe(`validation-failed body.messages.${index}`)
  })
})

const problemsOf = (given: object): readonly string[] => {
  const { error } = ChatCompletionRequest.safeParse({
    model: 'fast',
    messages: [{ role: 'user', content: 'Hello' }],
    ...given,
  })
  return (error?.issues ?? []).map(({ path }) => path.join('.'))
}

describe('the request of a completion', () => {
  it.each([
    { top_p: 1, n: 1, temperature: 0, stop: '\n', user: 'user-1', stream: false },
    { stream: true, stream_options: { include_usage: true } },
    {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', schema: { type: 'object' }, strict: true },
      },
    },
    { tools: null, max_tokens: null, logprobs: false, store: false, modalities: ['text'] },
    { seed: 7, metadata: { a: 'b' }, presence_penalty: 0, frequency_penalty: null, service_tier: 'auto' },
  ])('is taken: %o', (given) => expect(problemsOf(given)).toEqual([]))

  it.each([
    ['n', { n: 2 }],
    ['stream', { stream: 'yes' }],
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['tool_choice', { tool_choice: 'auto' }],
    ['logprobs', { logprobs: true }],
    ['top_p', { top_p: 0.5 }],
    ['store', { store: true }],
    ['presence_penalty', { presence_penalty: 0.5 }],
    ['web_search_options', { web_search_options: {} }],
    ['messages.0.tool_calls', { messages: [{ role: 'assistant', content: 'x', tool_calls: [{ id: 'c' }] }] }],
    ['modalities.0', { modalities: ['audio'] }],
    ['max_tokens', { max_tokens: -1 }],
    ['max_completion_tokens', { max_completion_tokens: 0 }],
    ['temperature', { temperature: 3 }],
    ['messages', { messages: [] }],
    ['messages.0.role', { messages: [{ role: 'tool', content: 'x' }] }],
    [
      'messages.0.content',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.example/a.png' } }] }] },
    ],
  ])('is refused for %s', (path, given) => expect(problemsOf(given)).toEqual([path]))
})
