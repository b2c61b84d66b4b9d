// What a narrative must keep to: the order of time, techniques that the events name, and nobody from another event.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import type { AttackNarrative, AttackNarrativeInput } from './contract.ts'
import { inventedNames } from './invented-names.ts'

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
      const own = cited(evidence).flatMap(wordsOf)
      const foreign = names.filter((name) => mentions(text, name) && !own.some((words) => mentions(words, name)))
      const invented = inventedNames(text, own)
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

/** As a name of its own: SRV-02 is not in SRV-02-TEST. One that could be a word (BACKUP) is a name as it is written alone. */
const mentions = (text: string, name: string): boolean => {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const flags = /^\p{L}+$/u.test(name) ? 'u' : 'iu'
  return new RegExp(String.raw`(?<![\p{L}\p{N}_-])${escaped}(?![\p{L}\p{N}_-]|\.[\p{L}\p{N}])`, flags).test(text)
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
