// What a narrative must keep to: the order of time, techniques that the events name, and nobody from another event.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import type { AttackNarrative, AttackNarrativeInput } from './contract.ts'

type Input = z.output<typeof AttackNarrativeInput>
type Event = Input['events'][number]

export const check = (
  { events }: Input,
  { sentences, techniques }: z.output<typeof AttackNarrative>,
): readonly AnswerFault[] => {
  const byId = new Map(events.map((event) => [event.id, event]))
  const cited = (evidence: readonly string[]): readonly Event[] => evidence.flatMap((id) => byId.get(id) ?? [])
  const names = [...new Set(events.flatMap(namesOf))]
  return [
    ...sentences.flatMap(({ text, evidence }, index) => {
      const own = new Set(cited(evidence).flatMap(namesOf))
      const foreign = names.filter(
        (name) => !own.has(name) && mentions(text, name) && ![...own].some((other) => other.includes(name)),
      )
      return foreign.map((name) => ({
        path: ['sentences', index, 'text'],
        message: `names ${name}, which its evidence does not have. Name the event that has it, or leave it out`,
      }))
    }),
    ...outOfOrder(sentences.map(({ evidence }) => Math.min(...cited(evidence).map(({ at }) => Date.parse(at))))),
    ...techniques.flatMap(({ id, name, evidence }, index) =>
      cited(evidence).some(({ technique }) => technique?.id === id && technique.name === name)
        ? []
        : [{ path: ['techniques', index], message: 'is named so by none of its events. Leave it out' }],
    ),
  ]
}

const namesOf = ({ device, user, process, parentProcess, target, fromDevice }: Event): readonly string[] =>
  [device, user, process, parentProcess, target, fromDevice].filter((name) => name !== undefined)

const mentions = (text: string, name: string): boolean => {
  const at = text.toLowerCase().indexOf(name.toLowerCase())
  if (at === -1) return false
  const beside = `${text[at - 1] ?? ' '}${text[at + name.length] ?? ' '}`
  return !/[\p{L}\p{N}]/u.test(beside)
}

const outOfOrder = (times: readonly number[]): readonly AnswerFault[] => {
  const index = times.findIndex((time, place) => time < Math.max(...times.slice(0, place)))
  return index === -1
    ? []
    : [
        {
          path: ['sentences', index],
          message: 'tells what happened before the sentences above. Keep to the order of time',
        },
      ]
}
