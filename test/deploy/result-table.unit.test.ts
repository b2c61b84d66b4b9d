import { describe, expect, it } from 'vitest'
import { resultTable } from '../../deploy/result-table.ts'

describe('the table of results', () => {
  it('has a line for each app, and below it what is missing', () => {
    expect(
      resultTable([
        { app: 'hub-api', state: 'ready', tries: 1, ms: 420, details: [] },
        { app: 'hub-background', state: 'not ready', tries: 12, ms: 600_000, details: ['HUB_URL is missing: Set it.'] },
      ]).split('\n'),
    ).toEqual([
      'app             state        after  tries',
      'hub-api         ready        0.4 s      1',
      'hub-background  not ready  600.0 s     12',
      '                HUB_URL is missing: Set it.',
    ])
  })

  it('cannot be painted over by what somebody answered', () => {
    const details = [`\u001B[2J\n\r${'x'.repeat(1_000)}`]
    const table = resultTable([{ app: 'a', state: 'no answer', tries: 1, ms: 1, details }])
    expect(table).not.toMatch(/[^\P{Cc}\n]/u)
    expect(table.split('\n')).toHaveLength(3)
    expect(table.length).toBeLessThan(300)
  })
})
