// What an answer says is held to its sources as it will be shown, not as the model wrote it.
import * as z from 'zod'
import { describe, expect, it } from 'vitest'
import { contextLinksOf } from '../../../shared/ai/safety/context-links.ts'
import { outputGate } from '../../../shared/ai/safety/output-gate.ts'
import { withEvidence } from '../../../shared/features/evidence.ts'
import { showing } from '../../../shared/features/shown-value.ts'

const newGate = await outputGate()
const sources = [
  { id: 'e1', text: 'mia logged on to PC-ALPHA: 4 files, 0 errors. See mx1.contoso.com, and call +49 30 901820.' },
  { id: 'e2', text: 'tom logged on to SRV-DOMAIN.' },
]
const Answer = z.object({ text: z.string().min(1).max(80), evidence: z.array(z.string()) })

const restore = (text: string): string => text.replace('PHONE-1-abcdef', '+49 30 901820')

const seenBy = (check?: (answer: unknown) => readonly { path: string[]; message: string }[]) =>
  withEvidence(Answer, {
    sources,
    isGrounded: true,
    check,
    restore,
    shown: showing({
      newGate,
      rules: { links: contextLinksOf([], []), restore, form: 'text' },
      ids: new Set(['e1', 'e2']),
    }),
  })
const read = (text: string) => seenBy().safeParse({ text, evidence: ['e1'] })

describe('a sentence that is joined once it is shown', () => {
  it.each([
    'mia logged on to SR**V-DOMAIN.',
    'mia logged on to SR<i></i>V-DOMAIN.',
    'mia logged on to SRV-DO\u200bMAIN.',
    'There were 4**0 files.',
    'There were 4<b></b>0 files.',
    'There were 4![0](http://x/) files.',
  ])('into what its evidence does not have is refused: %j', (text) => {
    expect(read(text).success).toBe(false)
  })

  it('is judged by the feature so as well', () => {
    const schema = seenBy((answer) =>
      (answer as { text: string }).text.startsWith('tom wrote to mx1.contoso.com')
        ? [{ path: ['text'], message: 'names tom' }]
        : [],
    )
    const { error } = schema.safeParse({ text: 't\u200bom wrote to mx1.contoso.com.', evidence: ['e1'] })
    expect(error?.issues).toMatchObject([{ path: ['text'], message: 'names tom' }])
  })
})

describe('a sentence that its evidence has', () => {
  it.each([
    ['**mia** logged on to PC-ALPHA.', 'mia logged on to PC-ALPHA.'],
    ['It speaks to mx1.contoso.com.', 'It speaks to mx1[.]contoso[.]com.'],
    ['They call PHONE-1-abcdef.', 'They call +49 30 901820.'],
  ])('is given as it is shown: %j', (text, shown) => {
    expect(read(text)).toMatchObject({ success: true, data: { text: shown } })
  })
})

describe('a link that is left out where it is shown', () => {
  it('is refused when the evidence does not have it', () => {
    expect(read('It speaks to https://evil.example/x today.').success).toBe(false)
  })
})

describe('a text that is empty once it is shown', () => {
  it('does not fit', () => {
    expect(read('<b></b>').error?.issues).toMatchObject([{ path: ['text'] }])
  })
})
