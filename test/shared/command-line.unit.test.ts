import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UsageError, runCommand } from '../../shared/command-line.ts'

const usage = 'Usage: npm run greet -- [--name <name>] [<word> …]'
const options = { name: { type: 'string', default: 'world' } } as const

let out: string[]
let err: string[]
beforeEach(() => {
  out = []
  err = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line))
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line))
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

const greet = async (args: readonly string[], work: (name: string) => boolean = () => true) => {
  await runCommand({ usage, options }, ({ values }) => work(values.name), args)
  return { code: process.exitCode, out, err }
}

describe('a command', () => {
  it.each([
    { title: 'all is good', result: true, code: 0 },
    { title: 'something is not good', result: false, code: 1 },
  ])('ends with $code when $title', async ({ result, code }) => {
    expect(await greet(['--name', 'Mia'], (name) => name === 'Mia' && result)).toEqual({ code, out: [], err: [] })
  })

  it.each([['--help'], ['-h'], ['--nope', '--help']])('tells its usage and does nothing for %s', async (...args) => {
    const work = vi.fn(() => true)
    expect(await greet(args, work)).toMatchObject({ out: [usage], err: [] })
    expect(work).not.toHaveBeenCalled()
  })

  it.each([
    { args: ['--nope'], said: "Unknown option '--nope'." },
    { args: ['word'], said: "Unexpected argument 'word'." },
    { args: ['--name'], said: "Option '--name <value>' argument missing." },
    { args: ['--', '--help'], said: "Unexpected argument '--help'." },
  ])('ends with 2 and its usage for $args, before it does anything', async ({ args, said }) => {
    const work = vi.fn(() => true)
    expect(await greet(args, work)).toEqual({ code: 2, out: [], err: [`${said}\n\n${usage}`] })
    expect(work).not.toHaveBeenCalled()
  })

  it('ends with 2 and its usage for a value that it cannot work with', async () => {
    const refused = await greet(['--name', ''], () => {
      throw new UsageError('--name is empty.')
    })
    expect(refused).toEqual({ code: 2, out: [], err: [`--name is empty.\n\n${usage}`] })
  })

  it('ends with 1 when it fails, in the words of the error and its causes, without a stack', async () => {
    const failed = await greet([], () => {
      throw new Error('The vault cannot be read.', { cause: new TypeError('fetch failed', { cause: 'ENOTFOUND' }) })
    })
    expect(failed).toEqual({
      code: 1,
      out: [],
      err: ['The vault cannot be read.\nCause: fetch failed\nCause: ENOTFOUND'],
    })
  })

  it('may take names besides its options', async () => {
    const taken: (readonly string[])[] = []
    await runCommand({ usage, options, takesNames: true }, ({ names }) => taken.push(names) > 0, [
      'a',
      '--name',
      'b',
      'c',
    ])
    expect(taken).toEqual([['a', 'c']])
  })
})
