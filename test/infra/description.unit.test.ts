import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFolder } from '../../local/parts.ts'
import { silentMinutesMax } from '../../infra/description/timer-silence.ts'
import { settings } from '../../shared/config/settings.ts'
import { suite } from './snapshot.ts'

describe('how long a timer may be silent', () => {
  it.each([
    ['each minute', '30 * * * * *', 17],
    ['three times a minute', '*/20 * * * * *', 16],
    ['each five minutes', '0 */5 * * * *', 25],
    ['once a day, for which Azure Monitor looks back just far enough', '0 25 3 * * *', 2_820],
    ['each hour but one', '0 15 1-23 * * *', 255],
    ['once a week, for which it does not', '0 0 0 * * 1', 2_820],
  ])('of one that runs %s', (_, schedule, minutes) => {
    expect(silentMinutesMax(schedule)).toBe(minutes)
  })
})

describe('a setting in infra/suite.json', () => {
  it('is given to some app, and is a setting of the code', () => {
    const given = new Set(suite.apps.flatMap((app) => app.settings))
    for (const name of given) expect(Object.keys(settings.shape)).toContain(name)
  })

  it('that is a secret is one in the vault, of its own', () => {
    const secrets = Object.values(suite.settings).flatMap(({ kind, secret }) => (kind === 'secret' ? [secret] : []))
    expect(new Set(secrets).size).toBe(secrets.length)
    for (const secret of secrets) expect(secret).toMatch(/^[a-z][a-z0-9-]{1,126}$/)
  })
})

describe('the linter of Bicep', () => {
  const { analyzers } = JSON.parse(readFileSync(join(projectFolder, 'infra/bicepconfig.json'), 'utf8')) as {
    analyzers: { core: { enabled: boolean; rules: Record<string, { level: string }> } }
  }

  it('holds every rule', () => {
    expect(analyzers.core.enabled).toBe(true)
    const rules = Object.entries(analyzers.core.rules)
    expect(rules.length).toBeGreaterThan(40)
    for (const [rule, { level }] of rules) expect({ rule, level }).toEqual({ rule, level: 'error' })
  })
})
