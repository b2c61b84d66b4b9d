// Whether a report names the cause first, supports nothing else, says so when there is none, and finds since when it has been so.
import type { Answerer } from '../answerer.ts'
import { judgeOf } from '../judge.ts'
import type { Measure } from '../measure.ts'
import { type Part, spread } from '../part.ts'
import type { RootCauseCase } from './root-cause-case.ts'
import { rootCauseCases } from './root-cause-cases.ts'

const feature = 'proposal-generate'

export type CauseReport = {
  readonly timeline: readonly { readonly at: string; readonly text: string; readonly evidence: readonly string[] }[]
  readonly hypotheses: readonly {
    readonly statement: string
    readonly state: 'supported' | 'contradicted' | 'open'
    readonly evidence: readonly string[]
  }[]
  readonly openQuestions: readonly { readonly question: string; readonly evidence: readonly string[] }[]
}

export const rootCausesOf = (part: Part, max: number): readonly RootCauseCase[] => spread(rootCauseCases(part), max)

export const measureRootCauses = async (
  answerer: Answerer,
  part: Part,
  max: number,
  onMiss: (miss: string) => void = () => {},
): Promise<readonly Measure[]> => {
  const judged = await Promise.all(rootCausesOf(part, max).map(async (one) => judgedCase(answerer, one)))
  for (const { misses } of judged) misses.forEach(onMiss)
  const all = (name: keyof Judged['marks']): readonly boolean[] => judged.flatMap(({ marks }) => marks[name])
  return [
    score('cause ranked first', all('first'), 0.85),
    score('cause among the first three', all('amongThree'), 0.95),
    score('cause supported', all('supported')),
    score('supported marks that are false', all('falseMarks'), undefined, 0.03),
    score('nothing supported where no cause was read', all('abstained'), 0.95),
    score('changes after the onset contradicted', all('late'), 1),
    score('onset marked where the ticket says it', all('onset'), 0.9),
    score('statements that rest on facts and pass the check', all('tied'), 1),
  ]
}

const score = (name: string, ofThem: readonly boolean[], bar?: number, most?: number): Measure => ({
  feature,
  name,
  right: ofThem.filter(Boolean).length,
  of: ofThem.length,
  bar,
  most,
})

type Judged = Awaited<ReturnType<typeof judgedCase>>

const judgedCase = async (answerer: Answerer, one: RootCauseCase) => {
  const { input, cause, late, onset } = one
  const report = (await answerer.ask(feature, input)) as CauseReport
  const { hypotheses } = report
  const isTrue = ({ evidence }: CauseReport['hypotheses'][number]): boolean => evidence.some((id) => cause.includes(id))
  const standing = hypotheses.filter(({ state }) => state !== 'contradicted')
  const supported = hypotheses.filter(({ state }) => state === 'supported')
  const has = cause.length > 0
  const marks = {
    first: has ? [standing.slice(0, 1).some(isTrue)] : [],
    amongThree: has ? [standing.slice(0, 3).some(isTrue)] : [],
    supported: has ? [supported.some(isTrue)] : [],
    falseMarks: supported.map((hypothesis) => !isTrue(hypothesis)),
    abstained: has ? [] : [supported.length === 0],
    late: late.map((id) => isContradicted(report, id)),
    onset: onset === undefined ? [] : [isMarked(report, onset, input.timeZone !== undefined)],
    tied: await tiedOf(report, input),
  }
  const isMissed = [marks.first, marks.abstained, marks.late, marks.onset].flat().includes(false)
  const isWrong = isMissed || marks.falseMarks.includes(true)
  return { marks, misses: isWrong ? [JSON.stringify({ ...one, report })] : [] }
}

/** Or not spoken of at all. */
const isContradicted = ({ hypotheses }: CauseReport, id: string): boolean =>
  hypotheses.filter(({ evidence }) => evidence[0] === id).every(({ state }) => state === 'contradicted')

const hourMs = 3_600_000

/** A clock of no time zone, and the morning, are right within half a day. */
const isMarked = ({ timeline }: CauseReport, onset: number, isZoned: boolean): boolean =>
  timeline.some(
    ({ at, text, evidence }) =>
      /onset/i.test(`${text} ${evidence.join(' ')}`) &&
      Math.abs(Date.parse(at) - onset) <= (isZoned && !/morning/.test(text) ? hourMs / 2 : 14 * hourMs),
  )

const tiedOf = async ({ ...report }: CauseReport, input: RootCauseCase['input']): Promise<readonly boolean[]> => {
  const faulty = new Set(
    (await judgeOf(feature, input))(report).map(
      (fault) => /^(?:timeline|hypotheses|openQuestions)\.\d+/.exec(fault)?.[0] ?? fault,
    ),
  )
  const told = [
    ...report.timeline.map(({ evidence }, index) => ({ at: `timeline.${index}`, evidence })),
    ...report.hypotheses.map(({ evidence }, index) => ({ at: `hypotheses.${index}`, evidence })),
  ]
  return told.map(({ at, evidence }) => evidence.length > 0 && !faulty.has(at))
}
