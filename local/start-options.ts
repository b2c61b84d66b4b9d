// The command line of `npm start`.
import { parseArgs } from 'node:util'
import { portNames, portTable } from './ports.ts'

export type StartOptions = {
  /** Delete the data of earlier runs first. */
  readonly reset: boolean
  /** Run the bundles of the Function Apps, as they are deployed, instead of the sources. */
  readonly bundles: boolean
  /** Every log line in the terminal, not only warnings and errors. */
  readonly verbose: boolean
  readonly help: boolean
}

const descriptions: Readonly<Record<keyof StartOptions, string>> = {
  reset: 'Delete the data of earlier runs first.',
  bundles: 'Make the bundles of the Function Apps and run those, as they are deployed, instead of the sources.',
  verbose: 'Show every log line here, not only warnings and errors.',
  help: 'Show this text.',
}

const names = Object.keys(descriptions) as (keyof StartOptions)[]

const optionList = names.map((name) => `  --${name.padEnd(10)}${descriptions[name]}`).join('\n')

const settingLines = [
  ...portNames.map((name) => [portTable[name].setting, `port of ${portTable[name].title} (${portTable[name].port})`]),
  ['LOCAL_DATA', 'folder for data and logs (.local)'],
]

const settingWidth = Math.max(...settingLines.map(([name = '']) => name.length))

export const helpText = `Usage: npm start -- [options]

Starts the whole stack on this machine. Ctrl-C stops it.

Options:
${optionList}

Environment variables (port 0 takes any free one):
${settingLines.map(([name = '', meaning = '']) => `  ${name.padEnd(settingWidth)}  ${meaning}`).join('\n')}
Those of local.settings.json (else local.settings.sample.json) can be set as environment variables too, which win.
`

/** @throws Error with the list of options, for one that there is not */
export const readStartOptions = (args: readonly string[]): StartOptions => {
  const { tokens } = parseArgs({ args: [...args], strict: false, tokens: true })
  const given = tokens.map((token) => ({ token, name: names.find((name) => args[token.index] === `--${name}`) }))
  const unknown = given.filter(({ name }) => name === undefined).map(({ token }) => args[token.index])
  if (unknown.length > 0) throw new Error(`There is no option ${unknown.join(', ')}.\n\nOptions:\n${optionList}`)
  const has = (option: keyof StartOptions): boolean => given.some(({ name }) => name === option)
  return { reset: has('reset'), bundles: has('bundles'), verbose: has('verbose'), help: has('help') }
}
