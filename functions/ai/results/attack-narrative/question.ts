// What Defend shows of an investigation as the question of a narrative: processes with their parents, movements between devices, and what else was done.
import type * as z from 'zod'
import type { ReadInvestigation } from '../../../../shared/peers/defend/investigations-client.ts'
import type { Evidence } from '../../../../shared/results/result.ts'
import { oneLine } from '../../../../shared/text/quoted-text.ts'
import { redactSecrets } from '../../../../shared/text/secret-redaction.ts'
import { shorten } from '../../../../shared/text/shortened-text.ts'
import type { AttackNarrative, AttackNarrativeInput } from '../../features/defend/attack-narrative/contract.ts'
import { sourceIds } from '../source-ids.ts'

type Input = z.input<typeof AttackNarrativeInput>
type Event = Input['events'][number]
type Narrative = z.output<typeof AttackNarrative>

/** What the feature reads. */
const eventsMax = 300

export const questionOf = (investigation: ReadInvestigation): Evidence => {
  const all = onceEach(eventsOf(investigation))
  if (all.length === 0) return 'none'
  const kept = all.length > eventsMax ? mostTelling(all) : all
  const ids = sourceIds(kept.map(({ id }) => id))
  const input: Input = {
    investigation: { id: investigation.id, title: text(investigation.title, 300) ?? 'Untitled investigation' },
    events: kept.map((event) => ({ ...event, id: ids.of(event.id) })),
  }
  const withIds = <Item extends { readonly evidence: readonly string[] }>(item: Item) => ({
    ...item,
    evidence: ids.back(item.evidence),
  })
  return {
    input,
    clientId: investigation.clientId ?? '',
    leftOut: all.length - kept.length + (investigation.moreEvents ?? 0),
    contentOf: ({ sentences, techniques }: Narrative) => ({
      sentences: sentences.map(withIds),
      techniques: techniques.map(withIds),
    }),
  }
}

const eventsOf = ({ processes, movements, actions }: ReadInvestigation): readonly Event[] => {
  const images = new Map(processes.map(({ id, image }) => [id, image]))
  const imageOf = (id: string | undefined): string | undefined => text(images.get(id ?? ''), 200)
  return [
    ...processes.map((process): Event => ({
      ...shared(process, process.device),
      kind: 'process-started',
      ...named('process', process.image),
      ...named('parentProcess', imageOf(process.parentId)),
      ...named('commandLine', process.commandLine, 2_000),
    })),
    ...movements.map((movement): Event => ({
      ...shared(movement, movement.toDevice),
      kind: 'logon',
      ...named('fromDevice', movement.fromDevice),
      ...(movement.method !== 'unknown' && { target: methods[movement.method] }),
    })),
    // A kind that is not known here cannot be told.
    ...actions.flatMap((action): Event[] => {
      if (action.kind === 'unknown') return []
      return [
        {
          ...shared(action, action.device),
          kind: kinds[action.kind],
          ...named('process', imageOf(action.processId)),
          ...named('target', action.target),
        },
      ]
    }),
  ]
}

type Movement = ReadInvestigation['movements'][number]
type Action = ReadInvestigation['actions'][number]

const methods: Readonly<Record<Exclude<Movement['method'], 'unknown'>, string>> = {
  rdp: 'RDP',
  smb: 'SMB',
  wmi: 'WMI',
  winrm: 'WinRM',
  ssh: 'SSH',
  remote_service: 'remote service',
  scheduled_task: 'scheduled task',
}

const kinds: Readonly<Record<Exclude<Action['kind'], 'unknown'>, Event['kind']>> = {
  file_written: 'file-written',
  network_connection: 'network-connection',
  logon: 'logon',
  privilege_change: 'privilege-change',
  persistence_created: 'persistence-created',
  credential_access: 'credential-access',
  data_sent: 'data-sent',
  detection: 'detection',
}

type Told = Pick<Action, 'id' | 'at' | 'user' | 'technique'>

const shared = ({ id, at, user, technique }: Told, device: string) => ({
  id,
  at,
  device: text(device, 200) ?? 'unknown device',
  ...named('user', user),
  ...techniqueOf(technique),
})

/** One that has not the form of an id is left out: it could not be looked up. */
const techniqueOf = (technique: Told['technique']): Pick<Event, 'technique'> => {
  const id = technique?.id.trim().toUpperCase() ?? ''
  const name = text(technique?.name, 200)
  return /^T\d{4}(?:\.\d{3})?$/.test(id) && name !== undefined ? { technique: { id, name } } : {}
}

/** None for what has no words. */
const named = <Name extends string>(name: Name, value: string | undefined, lengthMax = 200) => {
  const said = text(value, lengthMax)
  return (said === undefined ? {} : { [name]: said }) as { readonly [Key in Name]?: string }
}

const text = (value: string | undefined, lengthMax: number): string | undefined =>
  shorten(redactSecrets(oneLine(value ?? ''), 'name'), lengthMax) || undefined

/** Evidence refers to one event by its id: of two with the same, the first counts. */
const onceEach = (events: readonly Event[]): readonly Event[] =>
  [...new Map(events.toReversed().map((event) => [event.id, event])).values()].toReversed()

/** What a detection or a technique names comes first; the rest in the order of time. */
const mostTelling = (events: readonly Event[]): readonly Event[] => {
  const weight = ({ kind, technique, fromDevice }: Event): number =>
    (kind === 'detection' ? 4 : 0) + (technique ? 2 : 0) + (fromDevice === undefined ? 0 : 1)
  return events
    .toSorted((one, other) => weight(other) - weight(one) || Date.parse(one.at) - Date.parse(other.at))
    .slice(0, eventsMax)
}
