import { describe, expect, it } from 'vitest'
import { helpText, readStartOptions } from '../../local/start-options.ts'

describe('the options of npm start', () => {
  it('are off unless given', () => {
    expect(readStartOptions([])).toEqual({ reset: false, bundles: false, verbose: false, help: false })
    expect(readStartOptions(['--reset', '--verbose'])).toEqual({
      reset: true,
      bundles: false,
      verbose: true,
      help: false,
    })
  })

  it.each([[['--rest']], [['-r']], [['reset']], [['--reset=yes']], [['--no-reset']], [['--']]])(
    'refuses %j with the list of options',
    (args) => {
      expect(() => readStartOptions(args)).toThrow(/There is no option .*\n\nOptions:\n {2}--reset/)
    },
  )

  it.each([
    [['--now', '2026-03-01T01:10:00Z']],
    [['--now=2026-03-01T01:10:00Z']],
    [['--now', '2026-03-01T02:10:00+01:00']],
  ])('takes the time of %j', (args) => {
    expect(readStartOptions([...args, '--reset'])).toEqual({
      reset: true,
      bundles: false,
      verbose: false,
      help: false,
      now: new Date('2026-03-01T01:10:00Z'),
    })
  })

  it.each([
    ['has no time', ['--now']],
    ['is "--reset"', ['--now', '--reset']],
    ['is ""', ['--now=']],
    ['is "01:10"', ['--now', '01:10']],
    ['is "2026-03-01T01:10:00"', ['--now', '2026-03-01T01:10:00']],
    ['is "2026-02-29T01:10:00Z"', ['--now', '2026-02-29T01:10:00Z']],
    ['is "1999-03-01T01:10:00Z"', ['--now', '1999-03-01T01:10:00Z']],
  ])('says that --now %s, and what it takes', (what, args) => {
    expect(() => readStartOptions(args)).toThrow(
      `--now ${what}. Give a time from 2000 to 2099 with its offset, such as 2026-03-01T01:10:00Z.`,
    )
  })

  it('names every unknown option', () => {
    expect(() => readStartOptions(['--fast', '--reset', 'now'])).toThrow('There is no option --fast, now.')
  })

  it('are described in the help, with the settings', () => {
    for (const word of [
      '--reset',
      '--bundles',
      '--verbose',
      '--now',
      '--help',
      'LOCAL_QUEUE_PORT',
      'LOCAL_DATA',
      '7081',
    ])
      expect(helpText).toContain(word)
  })

  it('stand apart from what the help says of them', () => {
    const settings = helpText.split('\n').filter((line) => /^ {2}[A-Z_]+/.test(line))
    expect(settings.length).toBeGreaterThan(5)
    for (const line of settings) expect(line).toMatch(/^ {2}[A-Z_]+ {2,}\S/)
  })
})
