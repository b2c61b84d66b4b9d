// The command line of `npm start`.
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { portNames, portOffsetSetting, portTable } from './ports.ts'

export type StartOptions = {
  /** Delete the data of earlier runs first. */
  readonly reset: boolean
  /** Run the bundles of the Function Apps, as they are deployed, instead of the sources. */
  readonly bundles: boolean
  /** Every log line in the terminal, not only warnings and errors. */
  readonly verbose: boolean
  /** What time it is when the stack starts; undefined for that of the machine. */
  readonly now: Date | undefined
  readonly help: boolean
}

const descriptions: Readonly<Record<keyof StartOptions, string>> = {
  reset: 'Delete the data of earlier runs first.',
  bundles: 'Build the bundles of the Function Apps and run them, as they are deployed, instead of the sources.',
  verbose: 'Show all log lines, not only warnings and errors.',
  now: 'Start at another time, such as --now 2026-03-01T01:10:00Z. The clock runs on from there.',
  help: 'Show this text.',
}

const names = Object.keys(descriptions) as (keyof StartOptions)[]

const optionList = names.map((name) => `  --${name.padEnd(10)}${descriptions[name]}`).join('\n')

const settingLines = [
  ...portNames.map((name) => [portTable[name].setting, `port of ${portTable[name].title} (${portTable[name].port})`]),
  [portOffsetSetting, 'number added to every port above that is not set'],
  ['LOCAL_DATA', 'folder for data and logs (.local)'],
]

const settingWidth = Math.max(...settingLines.map(([name = '']) => name.length))

export const helpText = `Usage: npm start -- [options]

Starts the whole stack on this machine. Ctrl-C stops it.

Options:
${optionList}

Environment variables (port 0 takes any free port):
${settingLines.map(([name = '', meaning = '']) => `  ${name.padEnd(settingWidth)}  ${meaning}`).join('\n')}
Environment variables override the settings in local.settings.json (or local.settings.sample.json without it).
`

/** @throws Error with the list of options, for one that there is not; with what a time looks like, for one that is none */
export const readStartOptions = (args: readonly string[]): StartOptions => {
  const { tokens } = parseArgs({ args: [...args], options: { now: { type: 'string' } }, strict: false, tokens: true })
  const given = tokens.map((token) => ({ token, name: names.find((name) => isOption(name, token, args)) }))
  const unknown = given.filter(({ name }) => name === undefined).map(({ token }) => args[token.index])
  if (unknown.length > 0) throw new Error(`There is no option ${unknown.join(', ')}.\n\nOptions:\n${optionList}`)
  const last = (option: keyof StartOptions) => given.findLast(({ name }) => name === option)?.token
  const [has, now] = [(option: keyof StartOptions): boolean => last(option) !== undefined, last('now')]
  return {
    reset: has('reset'),
    bundles: has('bundles'),
    verbose: has('verbose'),
    help: has('help'),
    now: now && timeOf(now),
  }
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number]

/** Only the time may follow its option behind an equals sign. */
const isOption = (name: keyof StartOptions, token: Token, args: readonly string[]): boolean =>
  name === 'now' ? token.kind === 'option' && token.rawName === '--now' : args[token.index] === `--${name}`

const Time = z.iso.datetime({ offset: true }).regex(/^20/)

const timeOf = (token: Token): Date => {
  const value = 'value' in token ? token.value : undefined
  if (!Time.safeParse(value).success)
    throw new Error(
      `--now ${value === undefined ? 'has no time' : `is "${value}"`}. Give a time from 2000 to 2099 with its offset, such as 2026-03-01T01:10:00Z.`,
    )
  return new Date(value ?? '')
}
