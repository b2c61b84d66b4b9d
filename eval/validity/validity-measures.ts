// What leaves the gateway when models write badly: answers that fit, with the values that the model wrote, or rules that say so.
import { isDeepStrictEqual } from 'node:util'
import { features } from '../../functions/ai/features/features.ts'
import { jsonSchemaOf } from '../../shared/ai/answers/answer-schema.ts'
import type { Feature } from '../../shared/features/feature.ts'
import { runQuietly } from '../../shared/telemetry/log.ts'
import { schemaOf } from '../../shared/triggers/schema-source.ts'
import { type Judge, judgeOf } from '../judge.ts'
import type { Measure } from '../measure.ts'
import { randomOf } from '../random.ts'
import { type GoodAnswer, goodAnswers } from './good-answers.ts'
import type { Ground, Malformed } from './malformation.ts'
import { malformations } from './malformations.ts'
import type { Left, leftOf } from './scripted-gateway.ts'

/** One bad answer, and what the model writes when it is asked to mend it. */
export type Case = Malformed & { readonly kind: string; readonly repair: Malformed }

/** Of a feature that answers in a form. */
type Setting = {
  readonly feature: Feature
  readonly input: unknown
  readonly good: GoodAnswer['answer']
  readonly judge: Judge
  /** As the schema would write it: nothing more, nothing changed. */
  readonly fits: (answer: unknown) => boolean
}

type Tally = Record<'fitting' | 'asIs' | 'unaltered' | 'once' | 'honest' | 'taken', { right: number; of: number }>

export type Fault = { readonly feature: string; readonly kind: string }

/**
 * @param gateway what answers: the suite's own, unless a test wants to see that another one is noticed
 * @param max bad answers of each feature
 * @param onFault hears of each case that is not as it should be
 */
export const measureValidity = async (
  gateway: typeof leftOf,
  max: number,
  onFault: (fault: Fault) => void = () => {},
): Promise<readonly Measure[]> => {
  const tally = newTally()
  for (const feature of features.filter(({ output }) => output !== 'text')) {
    const setting = await settingOf(feature)
    for (const one of await casesOf(setting, max)) {
      const turns = [one, one.repair].map(({ text, finish = 'complete' }) => ({ text, finish }))
      const left = await runQuietly(() => gateway(feature.name, setting.input, turns))
      for (const fault of counted(tally, setting, one, left))
        onFault({ feature: feature.name, kind: `${one.kind}: ${fault}` })
    }
  }
  return measuresOf(tally)
}

const settingOf = async (feature: Feature): Promise<Setting> => {
  const { name, output } = feature
  const good = goodAnswers[name]
  if (!good || output === 'text') throw new Error(`There is no good answer for ${name}. Add one to good-answers.ts.`)
  const [schema, input] = await Promise.all([
    schemaOf(output),
    schemaOf(feature.input).then((given) => given.parse(good.input)),
  ])
  const fits = (answer: unknown): boolean => isDeepStrictEqual(schema.safeParse(answer).data, answer)
  return { feature, input, good: good.answer, judge: await judgeOf(name, input), fits }
}

/** In turn of every kind, no two with the same text. Every second is mended by the model. */
const casesOf = async ({ feature, good }: Setting, max: number): Promise<readonly Case[]> => {
  const random = randomOf(7_331 + features.indexOf(feature))
  const others = Object.values(goodAnswers)
    .map(({ answer }) => answer)
    .filter((answer) => answer !== good)
  const schema = feature.output === 'text' ? {} : jsonSchemaOf(await schemaOf(feature.output))
  const ground: Ground = { answer: good, random, others, schema }
  const cases = new Map<string, Case>()
  const mended: Malformed = { text: JSON.stringify(good), means: good }
  // Features begin with different kinds, so that few cases of each are many kinds together.
  const start = 7 * features.indexOf(feature)
  for (let turn = start; cases.size < max && turn < start + 40 * max; turn += 1) {
    const malformation = malformations[turn % malformations.length]
    const bad = malformation?.write(ground)
    const repair = cases.size % 2 === 0 ? mended : random.pick(malformations).write(ground)
    if (!malformation || !bad || !repair || cases.has(bad.text) || bad.text === mended.text) continue
    cases.set(bad.text, { ...bad, kind: malformation.kind, repair })
  }
  if (cases.size < max) throw new Error(`There are but ${cases.size} bad answers for ${feature.name}. Ask for fewer.`)
  return [...cases.values()]
}

const newTally = (): Tally => ({
  fitting: { right: 0, of: 0 },
  asIs: { right: 0, of: 0 },
  unaltered: { right: 0, of: 0 },
  once: { right: 0, of: 0 },
  honest: { right: 0, of: 0 },
  taken: { right: 0, of: 0 },
})

/** @returns what is not as it should be */
const counted = (tally: Tally, setting: Setting, one: Case, left: Left): readonly string[] => {
  const { feature, good, fits, judge } = setting
  const faults: string[] = []
  const count = (what: keyof Tally, isRight: boolean): void => {
    tally[what].of += 1
    if (isRight) tally[what].right += 1
    else faults.push(what)
  }
  const { reply, calls } = left
  const isByModel = reply !== undefined && reply.label === undefined
  const source = reply?.isRepaired ? one.repair : one
  count('fitting', reply === undefined || (fits(reply.answer) && (!isByModel || judge(reply.answer).length === 0)))
  count('once', calls <= (one.finish ? 1 : 2) && (!reply?.isRepaired || calls === 2))
  if (isByModel) count('unaltered', source.means !== undefined && isWithin(reply.answer, source.means))
  else count('honest', feature.fallback ? reply?.model === 'rules' : left.refusal === 'ai-answer-unfit')
  if (one.means === good) count('asIs', isByModel && calls === 1 && isDeepStrictEqual(reply.answer, good))
  else if (!one.finish && one.repair.means === good && calls > 1)
    count('taken', isByModel && isDeepStrictEqual(reply.answer, good))
  return faults
}

/** Whether all that is shown is what was written there, letter by letter: the rest may have been left out, but of a list nothing. */
const isWithin = (shown: unknown, written: unknown): boolean => {
  if (typeof shown !== 'object' || shown === null) return Object.is(shown, written)
  if (typeof written !== 'object' || written === null || Array.isArray(shown) !== Array.isArray(written)) return false
  const members = written as Readonly<Record<string, unknown>>
  if (Array.isArray(shown) && shown.length !== (written as readonly unknown[]).length) return false
  return Object.entries(shown).every(([name, value]) => Object.hasOwn(members, name) && isWithin(value, members[name]))
}

const measuresOf = (tally: Tally): readonly Measure[] =>
  Object.entries(names).map(([what, name]) => ({
    feature: 'all with a schema',
    name,
    ...tally[what as keyof Tally],
    bar: 1,
  }))

const names: Readonly<Record<keyof Tally, string>> = {
  fitting: 'what leaves of malformed answers fits',
  unaltered: 'values unaltered, of answers shown',
  asIs: 'good answers in wrappings shown at once',
  once: 'repairs at most once',
  taken: 'good repairs shown',
  honest: 'rules or a problem instead, said so',
}
