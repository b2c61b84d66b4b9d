import { expect, it } from 'vitest'
import { asJsonLines, asMarkdown } from '../../../../functions/ai/jarvis/conversation-export.ts'
import type { KeptConversation } from '../../../../functions/ai/jarvis/conversations.ts'
import { hostileTexts } from '../../../../eval/gate/hostile-texts.ts'
import { linkedBy } from '../../../../eval/gate/link-readers.ts'

const source = { product: 'rmm', kind: 'device', id: 'device-0042' } as const
const at = '2026-11-27T09:00:00.000Z'

const conversationWith = (text: string): KeptConversation => ({
  id: '1-2',
  createdAt: at,
  updatedAt: at,
  title: text,
  context: [source],
  messages: [
    {
      id: 'm-1',
      askedAt: at,
      text,
      answer: 'It is online [r1.online\\].',
      citations: [{ id: 'r1.online', source, title: text, url: 'https://rmm.example/1', label: 'Online', text }],
      context: [],
      model: 'gpt-test',
      isComplete: false,
      callId: 'c-1',
    },
  ],
})

it('nothing that people or products wrote becomes a link, a picture or a heading of the Markdown', () => {
  for (const { text } of hostileTexts) {
    const markdown = asMarkdown(conversationWith(`# ${text}`))
    expect(linkedBy(markdown)).toEqual([])
    expect(markdown.match(/^#+ .*/gm)).toEqual(['# A conversation with Jarvis', `## ${at}`])
    expect(markdown).toContain('reached the most')
  }
})

it('each line of the JSON Lines is one object, whatever is in it', () => {
  for (const { text } of hostileTexts) {
    const lines = asJsonLines(conversationWith(`${text}\n\u2028`))
      .trimEnd()
      .split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(['conversation', 'message'])
  }
})
