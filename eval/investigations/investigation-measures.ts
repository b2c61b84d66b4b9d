// Whether the narrative of an attack tells what the events say, all of what they name, and nothing else.
import type { Answerer } from '../answerer.ts'
import { judgeOf } from '../judge.ts'
import type { Measure } from '../measure.ts'
import { type Part, inPart, spread } from '../part.ts'
import { type Investigation, investigations } from './investigations.ts'

const feature = 'attack-narrative'

export type Narrative = {
  readonly sentences: readonly { readonly text: string; readonly evidence: readonly string[] }[]
  readonly techniques: readonly { readonly id: string; readonly name: string; readonly evidence: readonly string[] }[]
}

export const investigationsOf = (part: Part, max: number): readonly Investigation[] =>
  spread(inPart(investigations(), part), max)

export const measureInvestigations = async (
  answerer: Answerer,
  part: Part,
  max: number,
): Promise<readonly Measure[]> => {
  const counts = { sentences: 0, passed: 0, named: 0, told: 0, techniques: 0, right: 0 }
  for (const { input, ordered } of investigationsOf(part, max)) {
    const narrative = (await answerer.ask(feature, input)) as Narrative
    const faulty = new Set(
      (await judgeOf(feature, input))(narrative).map((fault) => /^sentences\.\d+/.exec(fault)?.[0] ?? fault),
    )
    counts.sentences += narrative.sentences.length
    counts.passed += narrative.sentences.filter((_, index) => !faulty.has(`sentences.${index}`)).length
    const telling = ordered.filter(({ kind, technique }) => kind === 'detection' || technique)
    counts.named += telling.length
    counts.told += telling.filter(({ id }) => narrative.sentences.some(({ evidence }) => evidence.includes(id))).length
    const gold = new Set(ordered.flatMap(({ technique }) => (technique ? [`${technique.id} ${technique.name}`] : [])))
    const said = new Set(narrative.techniques.map(({ id, name }) => `${id} ${name}`))
    counts.techniques += new Set([...gold, ...said]).size
    counts.right += [...said].filter((one) => gold.has(one)).length
  }
  const score = (name: string, right: number, of: number, bar?: number): Measure => ({ feature, name, right, of, bar })
  return [
    score('sentences that pass the check', counts.passed, counts.sentences, 1),
    score('detections and techniques told', counts.told, counts.named),
    score('techniques right, of those named or said', counts.right, counts.techniques, 0.95),
  ]
}
