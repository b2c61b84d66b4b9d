import { describe, expect, it } from 'vitest'
import { allOfType, ofType, snapshotOf, suite } from './snapshot.ts'

const queryOf = (properties: Readonly<Record<string, unknown>>): string => {
  const [criterion] = (properties['criteria'] as { allOf: { query: string }[] }).allOf
  return criterion?.query ?? ''
}

describe.each(['test', 'production'] as const)('the alerts of %s', (stage) => {
  const snapshot = snapshotOf(stage)
  const metrics = allOfType(snapshot, 'Microsoft.Insights/metricAlerts')
  const queries = allOfType(snapshot, 'Microsoft.Insights/scheduledQueryRules')

  it('are about everything that needs somebody', () => {
    const names = [...metrics, ...queries].map(({ name }) => name.replace(`-${stage}`, '')).sort()
    expect(names).toEqual([
      'backlog',
      'dead-letters',
      'dead-timer',
      'key-vault-refusals',
      'log-cap',
      'outbox-age',
      'rotation-overdue',
      'server-errors',
    ])
  })

  it('tell somebody, and are on', () => {
    const [people] = allOfType(snapshot, 'Microsoft.Insights/actionGroups')
    expect(people?.properties['emailReceivers']).not.toEqual([])
    expect(people?.properties['enabled']).toBe(true)
    for (const { name, properties } of metrics)
      expect({ name, ...properties }).toMatchObject({ enabled: true, actions: [{ actionGroupId: people?.id }] })
    for (const { name, properties } of queries)
      expect({ name, ...properties }).toMatchObject({ enabled: true, actions: { actionGroups: [people?.id] } })
  })

  it('notice when any timer of any app has died', () => {
    const dead = queries.find(({ name }) => name.startsWith('dead-timer'))
    const query = queryOf(dead?.properties ?? {})
    for (const { name, silentMinutesMax } of suite.apps.flatMap(({ timers }) => timers))
      expect(query).toContain(`"${name}", ${silentMinutesMax}`)
    expect(dead?.properties['windowSize']).toBe('P2D')
  })

  it('can tell each silence within the time that the query sees', () => {
    const silences = suite.apps.flatMap(({ timers }) => timers.map(({ silentMinutesMax }) => silentMinutesMax))
    expect(Math.max(...silences)).toBeLessThan(2 * 24 * 60)
  })

  it('raise none on the first day: what has not run is silent since the first request, and tables may be missing', () => {
    for (const { name, properties } of queries)
      expect({ name, skipped: properties['skipQueryValidation'] }).toEqual({ name, skipped: true })
    const query = queryOf(queries.find(({ name }) => name.startsWith('dead-timer'))?.properties ?? {})
    expect(query).toMatch(/^let began = toscalar\(AppRequests \| summarize min\(TimeGenerated\)\);/)
    expect(query).toMatch(/\| where coalesce\(last, began\) < ago\(silentMinutesMax \* 1m\)$/)
    expect(query).not.toContain('isnull')
  })

  it('tell when the workspace takes no more, by which the others go blind', () => {
    const [workspace] = allOfType(snapshot, 'Microsoft.OperationalInsights/workspaces')
    const capping = workspace?.properties['workspaceCapping'] as { dailyQuotaGb: number } | undefined
    const cap = queries.find(({ name }) => name.startsWith('log-cap'))?.properties
    expect(queryOf(cap ?? {})).toMatch(/^_LogOperation \|.*"Ingestion".*"OverQuota"$/)
    expect(cap?.['description']).toContain(`${capping?.dailyQuotaGb} GB`)
  })

  it('begin where docs/deployment.md says', () => {
    const of = (name: string) => metrics.find((alert) => alert.name.startsWith(name))?.properties['criteria']
    const over = (metricName: string, threshold: number) => ({
      allOf: [{ metricName, operator: 'GreaterThan', threshold }],
    })
    expect(of('dead-letters')).toMatchObject(over('DeadletteredMessages', 0))
    expect(of('backlog')).toMatchObject(over('ActiveMessages', 1_000))
    expect(of('key-vault-refusals')).toMatchObject(over('ServiceApiResult', 0))
    const errors = queryOf(queries.find(({ name }) => name.startsWith('server-errors'))?.properties ?? {})
    expect(errors).toMatch(/countif\(toint\(ResultCode\) >= 500\).* failed \* 100 > total$/)
    const outbox = queryOf(queries.find(({ name }) => name.startsWith('outbox-age'))?.properties ?? {})
    expect(outbox).toBe('AppRequests | where Name endswith "-outbox-timer" and Success == false')
  })

  it('fire at the first sign: the first row of a query, and each minute of a metric that says so', () => {
    for (const { name, properties } of queries)
      expect({ name, ...(properties['criteria'] as object) }).toMatchObject({
        name,
        allOf: [
          {
            timeAggregation: 'Count',
            operator: 'GreaterThan',
            threshold: 0,
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
          },
        ],
      })
    const seen = [...metrics, ...queries].map(({ name, properties }) => {
      const [criterion] = (properties['criteria'] as { allOf: { timeAggregation: string }[] }).allOf
      const { evaluationFrequency, windowSize } = properties
      return [name.replace(`-${stage}`, ''), criterion?.timeAggregation, windowSize, evaluationFrequency].join(' ')
    })
    expect(seen.sort()).toEqual([
      'backlog Average PT15M PT5M',
      // Half an hour in which no minute was without some: what a sweep parks wakes nobody.
      'dead-letters Minimum PT30M PT5M',
      'dead-timer Count P2D PT15M',
      'key-vault-refusals Count PT15M PT5M',
      'log-cap Count PT1H PT15M',
      'outbox-age Count PT5M PT5M',
      'rotation-overdue Count P1D PT1H',
      'server-errors Count PT5M PT5M',
    ])
  })

  it('name timers that there are', () => {
    const timers = suite.apps.flatMap(({ timers: ofApp }) => ofApp.map(({ name }) => name))
    const rotation = queryOf(queries.find(({ name }) => name.startsWith('rotation'))?.properties ?? {})
    const named = [...rotation.matchAll(/"([\w-]+-timer)"/g)].map(([, name]) => name)
    expect(named).toHaveLength(2)
    for (const name of named) expect(timers).toContain(name)
    expect(timers.some((name) => name.endsWith('-outbox-timer'))).toBe(true)
  })

  it('look at both key vaults and at every queue', () => {
    const of = (name: string) => metrics.find((alert) => alert.name.startsWith(name))?.properties
    const vaults = allOfType(snapshot, 'Microsoft.KeyVault/vaults').map(({ id }) => id)
    expect(of('key-vault-refusals')?.['scopes']).toEqual(vaults)
    for (const name of ['dead-letters', 'backlog'])
      expect(of(name)?.['criteria']).toMatchObject({ allOf: [{ dimensions: [{ name: 'EntityName', values: ['*'] }] }] })
  })
})

describe('dev', () => {
  it('wakes nobody up', () => {
    expect(ofType(snapshotOf('dev'), 'Microsoft.Insights/actionGroups')).toEqual([])
  })
})
