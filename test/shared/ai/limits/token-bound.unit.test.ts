import { describe, expect, it } from 'vitest'
import { promptBoundOf } from '../../../../shared/ai/limits/token-bound.ts'

describe('the bound of a prompt', () => {
  it.each([
    ['prose', 'The printer on the second floor does not answer.', 11],
    ['base64', Buffer.from('0123456789abcdef0123456789abcdef').toString('base64'), 30],
    ['characters of several bytes', '请重新启动服务器', 8],
  ])('is above what tokenizers make of %s', (_name, text, tokens) => {
    expect(promptBoundOf([text])).toBeGreaterThan(tokens)
  })

  it('counts the bytes of all messages, and what the wire puts around each', () => {
    expect(promptBoundOf(['a'.repeat(11), 'é'])).toBe(10 + 16 + 2 + 16)
    expect(promptBoundOf([])).toBe(0)
  })
})
