// What a narrative must keep to: the order of time, techniques that the events name, and nobody from another event.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import type { AttackNarrative, AttackNarrativeInput } from './contract.ts'
import { inventedNames } from './invented-names.ts'
import { namedIn } from './named.ts'

type Input = z.output<typeof AttackNarrativeInput>
type Event = Input['events'][number]

export const check = (
  { events }: Input,
  { sentences, techniques }: z.output<typeof AttackNarrative>,
): readonly AnswerFault[] => {
  const names = [...new Set(events.flatMap(namesOf))]
  const named = namedIn(names)
  const byId = new Map(events.map((event) => [event.id, event]))
  const cited = (evidence: readonly string[]): readonly Event[] => evidence.flatMap((id) => byId.get(id) ?? [])
  // Sentences share their events: what an event says is looked at once.
  const wordsById = new Map(events.map((event) => [event.id, wordsOf(event)]))
  const namedById = new Map([...wordsById].map(([id, words]) => [id, words.flatMap((text) => [...named(text)])]))
  return [
    ...sentences.flatMap(({ text, evidence }, index) => {
      const mentioned = named(text)
      const own = new Set(evidence.flatMap((id) => namedById.get(id) ?? []))
      const foreign = names.filter((name) => mentioned.has(name) && !own.has(name))
      const invented = inventedNames(
        text,
        evidence.flatMap((id) => wordsById.get(id) ?? []),
      )
      return [...foreign, ...invented].map((name) => ({
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

const wordsOf = (event: Event): readonly string[] => [
  ...namesOf(event),
  event.id,
  event.commandLine ?? '',
  event.technique?.id ?? '',
  event.technique?.name ?? '',
]

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
