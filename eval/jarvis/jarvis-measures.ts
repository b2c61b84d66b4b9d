// Whether Jarvis, without a model, quotes the fact of a record that answers the question.
import { prompt } from '../../functions/ai/jarvis/prompt.ts'
import { shownRecords } from '../../functions/ai/jarvis/context-window.ts'
import { embeddedAnswer } from '../../shared/ai/providers/embedded.ts'
import { sealPrompt } from '../../shared/ai/safety/sealed-prompt.ts'
import type { Measure } from '../measure.ts'
import { type Part, inPart, spread } from '../part.ts'
import { type RecordQuestion, recordQuestions } from './questions.ts'

const feature = 'jarvis'

export const measureJarvis = async (part: Part, max: number): Promise<readonly Measure[]> => {
  const cases = spread(inPart(await recordQuestions(), part), max)
  const quoted = await Promise.all(cases.map(async (one) => ({ ...one, ids: await quotedFor(one) })))
  const right = quoted.filter(({ ids, answeredBy }) => ids.includes(`r1.${answeredBy}`))
  const lines = quoted.reduce((sum, { ids }) => sum + ids.length, 0)
  return [
    { feature, name: 'answer among what is quoted', right: right.length, of: quoted.length, bar: 0.8 },
    {
      feature,
      name: 'answer is all that is quoted',
      right: right.filter(({ ids }) => ids.length === 1).length,
      of: quoted.length,
    },
    { feature, name: 'facts quoted for a question', right: lines, of: quoted.length, most: 2 },
  ]
}

/** Ids of what is quoted, as Jarvis asks for it. */
const quotedFor = async ({ record, text }: RecordQuestion): Promise<readonly string[]> => {
  const input = { text, shown: shownRecords([[0, record]]), earlier: [] }
  const { messages, material, question } = sealPrompt({ system: prompt.system, parts: prompt.parts(input) })
  const call = {
    messages,
    material,
    ...(question !== undefined && { question }),
    ceiling: 1_500,
    signal: new AbortController().signal,
    deadlineMs: 1_000,
  }
  const said: string[] = []
  for await (const part of embeddedAnswer(call)) if (part.kind === 'text') said.push(part.text)
  return [...said.join('').matchAll(/\[(r1[^\]]*)\]$/gm)].map(([, id = '']) => id)
}
