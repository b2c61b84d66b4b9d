// What each command of the project does with its arguments: it tells its usage, refuses what it does not know, and says in words what went wrong.
import { type ParseArgsConfig, parseArgs } from 'node:util'

type Options = NonNullable<ParseArgsConfig['options']>

export type Command<O extends Options> = {
  /** From `Usage: npm run …` on. */
  readonly usage: string
  readonly options: O
  /** Whether it takes words that belong to no option. */
  readonly takesNames?: boolean
}

export type Given<O extends Options> = {
  readonly values: ReturnType<typeof parseArgs<{ options: O }>>['values']
  readonly names: readonly string[]
}

/** Thrown by a command for arguments that it cannot work with: the usage is told with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const exitCodes = { good: 0, failed: 1, misused: 2 } as const

/**
 * Leaves the exit code with the process: 0 when all is good, 1 when `work` resolves to false or fails, 2 for arguments that are wrong,
 * before anything was done.
 * @param args without those of Node.js
 */
export const runCommand = async <const O extends Options>(
  command: Command<O>,
  work: (given: Given<O>) => Promise<boolean> | boolean,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> => {
  if (asksForHelp(args)) {
    console.log(command.usage)
    return
  }
  try {
    process.exitCode = (await work(givenTo(command, args))) ? exitCodes.good : exitCodes.failed
  } catch (error) {
    const isMisused = error instanceof UsageError
    console.error(isMisused ? `${error.message}\n\n${command.usage}` : wordsOf(error))
    process.exitCode = isMisused ? exitCodes.misused : exitCodes.failed
  }
}

const asksForHelp = (args: readonly string[]): boolean => {
  const end = args.indexOf('--')
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h')
}

const givenTo = <O extends Options>({ options, takesNames = false }: Command<O>, args: readonly string[]): Given<O> => {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: takesNames })
    return { values, names: positionals }
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
      // Node.js goes on about dashes and positions, which the usage says better.
      throw new UsageError(`${error.message.replace(/\. (?:To specify|This command) .*$/s, '')}.`, { cause: error })
    throw error
  }
}

const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}\nCause: ${wordsOf(error.cause)}`
}
