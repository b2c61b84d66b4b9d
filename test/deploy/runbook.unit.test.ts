// That whoever is woken by an alert finds what to do.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFolder } from '../../local/parts.ts'

type Snapshot = { readonly resources: readonly { readonly type: string; readonly name: string }[] }

const alertTypes = new Set([
  'Microsoft.Insights/metricAlerts',
  'Microsoft.Insights/scheduledQueryRules',
  'Microsoft.Consumption/budgets',
])

/** Of every environment, without the name of the environment at their end. */
const alerts = globSync('infra/snapshots/*.json', { cwd: projectFolder }).flatMap((file) => {
  const environment = /(\w+)\.json$/.exec(file)?.[1]
  const { resources } = JSON.parse(readFileSync(join(projectFolder, file), 'utf8')) as Snapshot
  return resources
    .filter(({ type }) => alertTypes.has(type))
    .map(({ name }) => name.replace(new RegExp(`-${environment}$`), ''))
})

const runbook = readFileSync(join(projectFolder, 'docs/deployment.md'), 'utf8')
const [, section = ''] = /^## Alerts$([^]*?)^## /m.exec(runbook) ?? []
const entries = [...section.matchAll(/^### (.+)\n\n([^#]+)/gm)].map(([, name = '', text = '']) => ({ name, text }))

describe('the runbook', () => {
  it('has an entry for each alert that a deployment makes, and for no other', () => {
    expect(alerts.length).toBeGreaterThan(0)
    expect(entries.map(({ name }) => name).toSorted()).toEqual([...new Set(alerts)].toSorted())
  })

  it('says in each what it means and what to do', () => {
    expect(entries.filter(({ text }) => text.length < 150)).toEqual([])
  })
})
