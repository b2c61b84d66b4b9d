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

  it('names every unknown option', () => {
    expect(() => readStartOptions(['--fast', '--reset', 'now'])).toThrow('There is no option --fast, now.')
  })

  it('are described in the help, with the settings', () => {
    for (const word of ['--reset', '--bundles', '--verbose', '--help', 'LOCAL_QUEUE_PORT', 'LOCAL_DATA', '7081'])
      expect(helpText).toContain(word)
  })

  it('stand apart from what the help says of them', () => {
    const settings = helpText.split('\n').filter((line) => /^ {2}[A-Z_]+/.test(line))
    expect(settings.length).toBeGreaterThan(5)
    for (const line of settings) expect(line).toMatch(/^ {2}[A-Z_]+ {2,}\S/)
  })
})
