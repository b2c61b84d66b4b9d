// That docs/deployment.md tells of everything that is made, and reckons with as much of it as there is.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseNcrontab } from '@theone/functions-host/ncrontab'
import { functionApps } from '../../functions/apps/all.ts'
import { projectFolder } from '../../local/parts.ts'
import { allOfType, snapshotOf, snapshots, suite } from '../infra/snapshot.ts'

const document = readFileSync(join(projectFolder, 'docs/deployment.md'), 'utf8')
const section = (title: string): string => document.split(/^## /m).find((text) => text.startsWith(title)) ?? ''
const made = section('What is made')
const cost = section('What it costs')

/** What the table calls a resource, by its provider and type. Roles, budgets and the like are a part of what they are about. */
const rowOf: Readonly<Record<string, RegExp>> = {
  'Microsoft.Authorization/roleAssignments': /called with the app's own managed identity/,
  'Microsoft.Authorization/roleDefinitions': /two roles of our own/,
  'Microsoft.Cdn/profiles': /Front Door/,
  'Microsoft.CognitiveServices/accounts': /Azure OpenAI/,
  'Microsoft.Consumption/budgets': /a budget/,
  'Microsoft.DurableTask/schedulers': /Durable Task Scheduler/,
  'Microsoft.Insights/actionGroups': /alerts/,
  'Microsoft.Insights/components': /Application Insights/,
  'Microsoft.Insights/diagnosticSettings': /a workspace/,
  'Microsoft.Insights/metricAlerts': /alerts/,
  'Microsoft.Insights/scheduledQueryRules': /alerts/,
  'Microsoft.KeyVault/vaults': /two key vaults/,
  'Microsoft.ManagedIdentity/userAssignedIdentities': /each with a plan and identity/,
  'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies': /two firewalls/,
  'Microsoft.Network/privateDnsZones': /a network with private endpoints/,
  'Microsoft.Network/privateEndpoints': /a network with private endpoints/,
  'Microsoft.Network/virtualNetworks': /a network with private endpoints/,
  'Microsoft.OperationalInsights/workspaces': /a workspace/,
  'Microsoft.Resources/resourceGroups': /./,
  'Microsoft.ServiceBus/namespaces': /Service Bus with a topic/,
  'Microsoft.Storage/storageAccounts':
    /storage account for the host of each app[^]*one storage account with the tables/,
  'Microsoft.Web/serverfarms': /each with a plan and identity/,
  'Microsoft.Web/sites': /six Function Apps/,
}

const topLevel = (type: string): string => type.split('/').slice(0, 2).join('/')

describe('what docs/deployment.md says is made', () => {
  it.each(snapshots)('has all that $stage has', ({ resources }) => {
    const types = [...new Set(resources.map(({ type }) => topLevel(type)))]
    expect(types.filter((type) => rowOf[type]?.test(made) !== true)).toEqual([])
  })

  it('shows each app in its diagram', () => {
    for (const { name } of suite.apps) expect(made).toContain(`[${name}]`)
  })
})

const schedules = functionApps
  .flatMap(({ definitions }) => definitions)
  .flatMap((definition) => (definition.kind === 'timer' ? [definition.schedule] : []))

const runsOf = (schedule: string): number => {
  const { next } = parseNcrontab(schedule)
  const end = 86_400_000
  let runs = 0
  for (let at = next(new Date(0)); at && at.getTime() <= end; at = next(at)) runs += 1
  return runs * 30
}

const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1]?.replaceAll(',', ''))

/** A sum of estimates stays one while what it is made of grows by less than a tenth. */
const isAbout = (said: number, real: number): boolean => Math.abs(said - real) <= real / 10

describe('the cost that docs/deployment.md reckons', () => {
  it('has about as many runs of timers as there are', () => {
    const runs = schedules.reduce((sum, schedule) => sum + runsOf(schedule), 0)
    const said = numberIn(cost, /^\| all +\| ([\d,]+), so/m)
    expect({ runs, said, about: isAbout(said, runs) }).toEqual({ runs, said, about: true })
  })

  it('has instances of the size that there is', () => {
    const sizes = snapshots.flatMap((snapshot) =>
      allOfType(snapshot, 'Microsoft.Web/sites').map(({ properties }) => {
        const { scaleAndConcurrency } = properties['functionAppConfig'] as {
          scaleAndConcurrency: { instanceMemoryMB: number }
        }
        return scaleAndConcurrency.instanceMemoryMB
      }),
    )
    expect(new Set(sizes)).toEqual(new Set([2_048]))
    expect(cost).toContain('on an instance of 2 GB')
  })

  it('adds up the runs of the timers', () => {
    const rows = cost.split('\n').filter((line) => /^\| \w+ that runs? each/.test(line))
    const runs = rows.map((line) => Number(/([\d,]+) +\|$/.exec(line)?.[1]?.replaceAll(',', '')))
    const all = /^\| all +\| ([\d,]+), so ([\d,]+) GB-seconds/m
      .exec(cost)
      ?.slice(1)
      .map((text) => Number(text.replaceAll(',', '')))
    const sum = runs.reduce((one, other) => one + other, 0)
    expect(all).toEqual([sum, 2 * sum])
  })

  it('has about the groups that are kept in two zones each, and reckons with what it says', () => {
    const flowApps = suite.apps.filter(({ orchestrations }) => orchestrations.length > 0).length
    const queues = suite.apps.flatMap(({ queues: { receivesFrom } }) => receivesFrom).length
    const groups = suite.apps.length + flowApps + queues + schedules.length
    const words = cost.replaceAll(/\s+/g, ' ')
    const [, ...said] =
      /(\d+) apps by HTTP, (\d+) by orchestrations, (\d+) queues and (\d+) timers are (\d+) groups/.exec(words) ?? []
    const [apps = 0, flows = 0, received = 0, timers = 0, all = 0] = said.map(Number)
    expect(all).toBe(apps + flows + received + timers)
    expect({ groups, all, about: isAbout(all, groups) }).toEqual({ groups, all, about: true })
    const month = Math.round(all * 2 * 2 * 2_592_000 * 0.000004).toLocaleString('en-US')
    expect(words).toContain(`${all} × 2 × 2 GB × 2,592,000 s × 0.000004 = **${month}**`)
    expect(cost).toMatch(new RegExp(`^\\| instances kept ready, see below .*\\| ${month} +\\|$`, 'm'))
  })

  it('has the private endpoints of production, and their zones', () => {
    const count = (type: string) =>
      snapshotOf('production').resources.filter((resource) => resource.type === type).length
    const endpoints = count('Microsoft.Network/privateEndpoints')
    const zones = count('Microsoft.Network/privateDnsZones')
    expect(cost).toContain(`| ${endpoints} private endpoints, ${zones} DNS zones `)
  })

  it('adds up to what it says', () => {
    const table = cost.slice(cost.indexOf('| idle '), cost.indexOf('**Used.**'))
    const rows = table.split('\n').flatMap((line) => {
      const cells = line
        .split('|')
        .slice(2, 5)
        .map((cell) => cell.replaceAll(/[*,\s]/g, ''))
      return cells.length === 3 && /^(?:\d+|–)$/.test(cells[0] ?? '')
        ? [cells.map((cell) => (cell === '–' ? 0 : Number(cell)))]
        : []
    })
    const sums = rows.slice(0, -1).reduce((sum, row) => sum.map((value, index) => value + (row[index] ?? 0)), [0, 0, 0])
    expect(rows.length).toBeGreaterThan(5)
    expect(rows.at(-1)).toEqual(sums)
  })
})
