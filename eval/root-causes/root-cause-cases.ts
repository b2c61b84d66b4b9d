// Tickets with what the products know beside them, made from a seed: one cause or none, and what only looks like one.
import { type Part, parts } from '../part.ts'
import { type Random, randomOf } from '../random.ts'
import { type Record, causeOf, healthy, iso, recordOf } from './causes-told.ts'
import { type Said, saidOf } from './onset-told.ts'
import { type Trouble, changesTold, otherChanges, toldOf, troubles, unexplained } from './tickets-told.ts'
import type { RootCauseCase } from './root-cause-case.ts'
import { writtenCases } from './written-cases.ts'

/** Seeds of the halves: rules were developed on 7001 and on, and totals of 9001 and on were seen meanwhile. 12001 was first run when they were done. */
const firstSeeds: Readonly<globalThis.Record<Part, number>> = { development: 7_001, 'held-out': 12_001 }

/** Cases of each kind in a half. */
const ofEach = 12

const nothings = ['nothing', 'late-change', 'other-device', 'other-detection', 'unread'] as const
type Nothing = (typeof nothings)[number]

export const rootCauseCases = (part: Part): readonly RootCauseCase[] => {
  const kinds: readonly (Trouble | Nothing)[] = [...troubles, ...nothings]
  const made = kinds.flatMap((kind, index) =>
    Array.from({ length: ofEach }, (_, turn) => caseOf(kind, part, randomOf(firstSeeds[part] + index * ofEach + turn))),
  )
  return [...made, ...writtenCases.filter((_, index) => index % parts.length === parts.indexOf(part))]
}

const hosts = ['FS-02', 'SRV-APP-1', 'LT-114', 'fin-srv-03', 'TS-01', 'WH-PC-7', 'DC-EAST'] as const
const services = ['portal.ridge.example', 'mail.ridge.example', 'edi.ridge.example'] as const
const programs = ['Ledgerline', 'Drawbench'] as const
const codes = ['KB5068861', '0x80070643', 'KB5070311', '0xC1900101'] as const

const isTrouble = (kind: Trouble | Nothing): kind is Trouble => troubles.some((one) => one === kind)

const nameOf = (trouble: Trouble, random: Random): string => {
  if (trouble === 'certificate') return random.pick(services)
  return trouble === 'licence' ? random.pick(programs) : random.pick(hosts)
}

const caseOf = (kind: Trouble | Nothing, part: Part, random: Random): RootCauseCase => {
  const trouble = isTrouble(kind) ? kind : undefined
  // What is told where there is no cause: half of the time a trouble that usually has one.
  const spoken = trouble ?? (kind === 'nothing' && random.chance(0.5) ? undefined : random.pick(troubles))
  const host = nameOf(spoken ?? 'offline', random)
  const turn = random.between(0, 2)
  const phrases = spoken ? toldOf(spoken, part) : unexplained[part]
  const [title = '', description = ''] = phrases[turn % phrases.length] ?? []
  const place = { host, code: random.pick(codes), change: changesTold[part][turn] ?? '', random }
  const said = saidOf(random)
  // Many people do not know what their device is called.
  const spokenHost = spoken !== 'certificate' && spoken !== 'licence' && random.chance(0.25) ? 'our machine' : host
  const fill = (text: string): string => text.replaceAll('{host}', spokenHost).replaceAll('{code}', place.code)
  const told = { title: fill(title), description: said.inDescription(fill(description)) }
  const records: Record[] = []
  const late: string[] = []
  if (trouble) records.push(recordOf(causeOf(trouble, place, said.onset), 'cause-1'))
  const beside = besideOf(kind, { part, random, host, said, place, spoken })
  for (const record of random.chance(0.5) ? beside : beside.toReversed()) records.push(record)
  for (const { facts } of records)
    for (const { id, label } of facts)
      if (label.startsWith('Change of ') && Date.parse(label.slice(10)) > said.onset) late.push(id)
  return {
    input: {
      ticket: ticketOf(told, said, random),
      records: random.chance(0.5) ? records : records.toReversed(),
      unread:
        kind === 'unread' || random.chance(0.25)
          ? [{ name: `RMM device ${host}`, reason: 'the product did not answer in time' }]
          : [],
      ...(said.timeZone !== undefined && { timeZone: said.timeZone }),
    },
    cause: trouble ? ['cause-1.f-1'] : [],
    late,
    onset: said.isSaid ? said.onset : undefined,
  }
}

const ticketOf = (
  { title, description }: { readonly title: string; readonly description: string },
  { opened }: Said,
  random: Random,
): Record => {
  const id = `T2026${random.between(1_000, 9_999)}`
  return {
    name: 'PSA ticket',
    title: `${id}: ${title}`,
    facts: [
      { id: 'ticket.title', label: 'Title', text: title },
      { id: 'ticket.status', label: 'Status', text: 'new' },
      { id: 'ticket.opened', label: 'Opened', text: iso(opened) },
      { id: 'ticket.description', label: 'Description', text: description },
    ],
  }
}

type Beside = {
  readonly part: Part
  readonly random: Random
  readonly host: string
  readonly said: Said
  readonly place: Parameters<typeof causeOf>[1]
  readonly spoken: Trouble | undefined
}

/** What looks like a cause and is none; a case without a cause has the one that it is named for. */
const besideOf = (kind: Trouble | Nothing, beside: Beside): readonly Record[] => {
  const decoys = { 'late-change': lateChange, 'other-device': otherDevice, 'other-detection': otherDetection } as const
  const { random, spoken } = beside
  const isDevice = spoken !== 'certificate' && spoken !== 'licence' && spoken !== 'internet-outage'
  const own = Object.entries(decoys).find(([name]) => name === kind)?.[1]
  return [
    ...(own ? [own(beside, 'own-1')] : []),
    ...Object.values(decoys).flatMap((decoy, index) =>
      decoy !== own && kind !== 'unread' && random.chance(0.4) ? [decoy(beside, `decoy-${index + 1}`)] : [],
    ),
    ...(isDevice && kind !== 'unread' && random.chance(0.5) ? [sameDevice(beside, 'decoy-9')] : []),
    ...(kind === 'nothing'
      ? [recordOf({ name: 'RMM device', title: beside.host, told: healthy(beside.host, beside.said.opened) }, 'own-1')]
      : []),
  ]
}

/** Of the same device, with the very words of the ticket, but after the onset. */
const lateChange = ({ part, random, host, said, place, spoken }: Beside, id: string): Record => {
  const at = iso(
    said.onset + random.between(31, Math.max(32, (said.opened - said.onset) / 60_000)) * 60_000 + said.toleranceMs,
  )
  const text = spoken === 'change' ? place.change : random.pick(otherChanges[part])
  return recordOf(
    { name: 'RMM device', title: host, told: [[`Change of ${at}`, text], ...healthy(host, said.opened)] },
    id,
  )
}

/** What the device has besides, and has had for long: it makes another trouble than the one that is told. */
const sameDevice = ({ part, random, host, said, place, spoken }: Beside, id: string): Record => {
  const others = (['full-disk', 'failed-patch', 'change'] as const).filter((one) => one !== spoken)
  const change = random.pick(otherChanges[part])
  return recordOf(causeOf(random.pick(others), { ...place, host, change }, said.onset), id)
}

const otherDevice = ({ random, host, said, place }: Beside, id: string): Record => {
  const other = random.pick(hosts.filter((one) => one !== host))
  const trouble = random.pick(['full-disk', 'failed-patch', 'offline', 'change'] as const)
  return recordOf(causeOf(trouble, { ...place, host: other }, said.onset), id)
}

/** Of the same device half of the time, but of another trouble than the ticket tells. */
const otherDetection = ({ random, host, said, spoken }: Beside, id: string): Record => {
  const title = spoken === 'attack' || random.chance(0.5) ? random.pick(hosts.filter((one) => one !== host)) : host
  const at = iso(said.onset - random.between(60, 2_000) * 60_000)
  const what = random.pick(['Unwanted browser extension', 'Port scan', 'Old protocol in use'])
  const told = [
    [`Open detection of ${at} (high)`, `${what}, d-77`],
    ['Host name', title],
    ['Cut off from the network', 'no'],
  ] as const
  return recordOf({ name: 'Defend device', title, told }, id)
}
