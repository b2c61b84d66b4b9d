import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../shared/auth/digest.ts'
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import { redactedDraft } from '../../../shared/text/redacted-draft.ts'

/** Their digests begin like the keys of Hugging Face, Replicate and OpenAI. */
const unlucky = ['4028', '51419', '211936']

describe('a digest that is told to others', () => {
  it('is that of the text', () => {
    expect([plainDigest('a'), plainDigest('a', 'code')]).toEqual([sha256('a'), `code-${sha256('a')}`])
  })

  it('is refused under a prefix with which every one looks like a secret', () => {
    expect(() => plainDigest('a', 'password=hunter2-')).toThrow('Choose another prefix.')
  })

  it.each(unlucky)('is never taken for a secret: that of %s', (text) => {
    for (const prefix of [undefined, 'code']) {
      const reference = plainDigest(text, prefix)
      expect(reference).not.toContain(sha256(text))
      expect(reference).toBe(plainDigest(text, prefix))
      expect(reference).toMatch(/^(?:code-)?[\w-]{43}$/)
      expect(redactedDraft({ externalReference: reference })).toEqual({ externalReference: reference })
    }
  })
})
