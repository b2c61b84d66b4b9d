// The facts by which the products would tell a cause, and those of devices that have nothing.
import type { ProposalInput } from '../../functions/ai/features/psa/proposal-generate/contract.ts'
import type { Random } from '../random.ts'
import type * as z from 'zod'
import type { Trouble } from './tickets-told.ts'

export type Record = z.input<typeof ProposalInput>['ticket']
type Told = readonly [label: string, text: string]

/** The fact that tells the cause comes first. */
export type Cause = { readonly name: string; readonly title: string; readonly told: readonly Told[] }

type Place = { readonly host: string; readonly code: string; readonly change: string; readonly random: Random }

const hourMs = 3_600_000
export const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')
export const dayOf = (at: number): string => iso(at).slice(0, 10)

export const healthy = (host: string, at: number): readonly Told[] => [
  ['Device', host],
  ['Kind', 'server'],
  ['Online', 'yes'],
  ['Last seen', iso(at)],
  ['Patch status', 'up to date'],
  ['Needs a restart', 'no'],
  ['Operating system', 'Windows Server 2025'],
  ['Disk', 'C: 210 GB of 480 GB are free'],
]

/** @param onset in milliseconds: what happened, happened before it */
export const causeOf = (trouble: Trouble, { host, code, change, random }: Place, onset: number): Cause => {
  const before = (least: number, most: number): string => iso(onset - random.between(least, most) * 60_000)
  const without = (...labels: string[]): readonly Told[] =>
    healthy(host, onset + 2 * hourMs).filter(([label]) => !labels.includes(label))
  const device = (fact: Told, rest: readonly Told[]): Cause => ({
    name: 'RMM device',
    title: host,
    told: [fact, ...rest],
  })
  const asset = (type: string, fact: Told, title = host): Cause => ({
    name: 'CMDB asset',
    title,
    told: [fact, ['Asset', title], ['Type', type], ['State', 'active']],
  })
  switch (trouble) {
    case 'full-disk':
      return device(['Disk', `D: ${random.between(0, 40)} GB of 960 GB are free`], without())
    case 'certificate':
      return asset('web_service', [
        'Attribute',
        `Certificate expires: ${dayOf(onset - random.between(1, 30) * hourMs)}`,
      ])
    case 'failed-patch':
      return device(['Patch status', 'the last installation failed'], without('Patch status'))
    case 'internet-outage':
      return asset(
        'internet_line',
        ['Attribute', `Status of the provider: outage since ${before(1, 30)}`],
        random.pick(['Line of the head office', 'Fibre Ridge Street']),
      )
    case 'offline':
      return device(['Online', 'no'], [['Last seen', before(1, 20)], ...without('Online', 'Last seen')])
    case 'cut-off':
      return {
        name: 'Defend device',
        title: host,
        told: [
          ['Cut off from the network', 'yes'],
          ['Host name', host],
          ['Risk score from 0 to 100', '81'],
        ],
      }
    case 'licence':
      return asset('software_application', ['Attribute', `Licence valid until: ${dayOf(onset - 24 * hourMs)}`])
    case 'attack':
      return {
        name: 'Defend device',
        title: host,
        told: [
          [`Open detection of ${before(5, 300)} (critical)`, `Ransomware behaviour, d-${random.between(100, 999)}`],
          ['Host name', host],
          ['Cut off from the network', 'no'],
        ],
      }
    case 'change':
      return device([`Change of ${before(20, 900)}`, change], without())
    case 'named-change':
      return device([`Change of ${before(20, 900)}`, `${code} installed by the rollout`], without())
  }
}

export const recordOf = ({ name, title, told }: Cause, id: string): Record => ({
  name,
  title,
  facts: told.map(([label, text], index) => ({ id: `${id}.f-${index + 1}`, label, text })),
})
