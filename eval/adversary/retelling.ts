// A true answer in other words, as a model would write it: the check must let it through.
import type { WordyFeature } from '../answerer.ts'
import type { CauseReport } from '../root-causes/root-cause-measures.ts'
import type { AttackEvent } from '../investigations/steps.ts'

type Sentence = { readonly text: string; readonly evidence: readonly string[] }

/** @returns undefined for features whose answers are not told anew */
export const retold = (feature: WordyFeature, answer: unknown, input: unknown): unknown => {
  if (feature === 'attack-narrative') return narrative(answer as object, input as { events: readonly AttackEvent[] })
  if (feature === 'proposal-generate') return rootCause(answer as CauseReport)
  if (feature === 'billing-explanation') return explanation(answer as { sentences: readonly Sentence[] })
  return undefined
}

const narrative = (answer: object, { events }: { readonly events: readonly AttackEvent[] }): unknown => ({
  ...answer,
  sentences: events
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .map((event) => ({ text: sentenceOf(event), evidence: [event.id] }))
    .slice(0, 60),
})

const sentenceOf = ({ at, device, user, process, target, fromDevice, technique }: AttackEvent): string => {
  const [, day = '', time = ''] = /^(.{10})T(.{5})/.exec(at) ?? []
  const who = user === undefined ? 'an unknown account' : `the account ${user.split('\\').at(-1) ?? user}`
  const file = target?.startsWith('https:') ? new URL(target).host : target?.split(/[\\/]/).at(-1)
  const deed =
    fromDevice === undefined
      ? `${process === undefined ? 'the sensor reported' : `${process.replace(/\.exe$/i, '')} acted on`} ${file ?? 'something unknown'}`
      : `somebody came in from ${fromDevice}`
  const named = technique ? `, which Defend lists as ${technique.name} (${technique.id})` : ''
  return `On ${day} at ${time} UTC, ${deed} on ${device} under ${who}${named}.`
}

const explanation = ({ sentences }: { readonly sentences: readonly Sentence[] }): unknown => ({
  sentences: sentences.map(({ text, evidence }) => ({
    text: `Please note: ${text.replaceAll(/\b(\d{1,3})(\d{3}\.\d\d)\b/g, '$1,$2').replaceAll('2026-11', 'November 2026')}`,
    evidence,
  })),
})

const rootCause = ({ timeline, hypotheses, openQuestions }: CauseReport): unknown => ({
  timeline: timeline.map(({ at, text, evidence }) => {
    const [, day = '', time = ''] = /^(.{10})T(.{5})/.exec(at) ?? []
    return {
      at,
      evidence,
      text: `On ${day} at ${time} UTC the records say: ${text.replaceAll('“', '"').replaceAll('”', '"')}`,
    }
  }),
  hypotheses: hypotheses.map(({ statement, ...verdict }) => ({
    ...verdict,
    statement: `It may be that the following is so. ${statement.replace('The ticket says', 'Its words are')}`,
  })),
  openQuestions,
})
