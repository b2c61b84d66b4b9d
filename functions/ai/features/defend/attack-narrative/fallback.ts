// The narrative of an attack by template: one sentence an event, in the order of time. For when no model can be asked.
import type * as z from 'zod'
import type { AttackNarrative, AttackNarrativeInput } from './contract.ts'

type Event = z.output<typeof AttackNarrativeInput>['events'][number]
type Narrative = z.input<typeof AttackNarrative>

const sentencesMax = 60
const textMax = 600

export const fallback = ({ events }: z.output<typeof AttackNarrativeInput>): Narrative => {
  const ordered = events.toSorted(
    (one, other) => Date.parse(one.at) - Date.parse(other.at) || (one.id < other.id ? -1 : 1),
  )
  const kept = ordered.length > sentencesMax ? mostTelling(ordered) : ordered
  return {
    sentences: kept.map((event) => ({ text: sentenceOf(event), evidence: [event.id] })),
    techniques: techniquesOf(ordered),
  }
}

/** What a detection or a technique names comes before what merely happened. */
const mostTelling = (events: readonly Event[]): readonly Event[] => {
  const weight = ({ kind, technique }: Event): number => (kind === 'detection' ? 2 : 0) + (technique ? 1 : 0)
  const kept = new Set(events.toSorted((one, other) => weight(other) - weight(one)).slice(0, sentencesMax))
  return events.filter((event) => kept.has(event))
}

const techniquesMax = 60
const evidenceMax = 20

const techniquesOf = (events: readonly Event[]): Narrative['techniques'] => {
  const found = new Map<string, { id: string; name: string; evidence: string[] }>()
  for (const { id, technique } of events) {
    if (!technique) continue
    const key = `${technique.id} ${technique.name}`
    const known = found.get(key) ?? { ...technique, evidence: [] }
    if (known.evidence.length < evidenceMax) known.evidence.push(id)
    found.set(key, known)
  }
  return [...found.values()].slice(0, techniquesMax)
}

const sentenceOf = (event: Event): string => {
  const technique = event.technique ? ` (${event.technique.id} ${event.technique.name})` : ''
  const text = `${event.at}, ${event.device}: ${deedOf(event)}${technique}.`
  return text.length <= textMax
    ? text
    : `${text
        .slice(0, textMax - 2)
        .replace(/\S*$/, '')
        .trimEnd()} …`
}

const deedOf = (event: Event): string => {
  const {
    kind,
    process = 'a process',
    target = 'an unnamed target',
    user,
    parentProcess,
    commandLine,
    fromDevice,
  } = event
  const by = user === undefined ? '' : ` as ${user}`
  const run = commandLine === undefined ? '' : `, with the command line ${commandLine}`
  switch (kind) {
    case 'process-started':
      return `${parentProcess ?? 'An unnamed process'} started ${process}${by}${run}`
    case 'file-written':
      return `${process} wrote ${target}${by}`
    case 'network-connection':
      return `${process} connected to ${target}${by}`
    case 'logon':
      return `${user ?? 'An unnamed account'} logged on${fromDevice === undefined ? '' : ` from ${fromDevice}`}`
    case 'privilege-change':
      return `${user ?? 'An unnamed account'} got the rights of ${target}`
    case 'persistence-created':
      return `${process} created ${target}, which starts a program again${by}`
    case 'credential-access':
      return `${process} read credentials from ${target}${by}`
    case 'data-sent':
      return `${process} sent data to ${target}${by}`
    case 'detection':
      return `Defend detected ${target}${by}`
  }
}
