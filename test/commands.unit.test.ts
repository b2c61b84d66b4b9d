// That every command of package.json refuses what it does not know, as people meet it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFolder } from '../local/parts.ts'
import { programAt } from './support/program.ts'

const { scripts } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>
}

/** `npm start` has a command line of its own, which test/local tests; the last takes nothing, and is run by `npm test`. */
const others = new Set(['local/start.ts', 'test/arrows.ts'])

const commands = Object.entries(scripts).flatMap(([name, script]) => {
  const [, file, first] = /^node (?:local\/install\.mjs )?([\w/-]+\.ts)(?: (\w+))?$/.exec(script) ?? []
  return file === undefined || others.has(file) ? [] : [{ name, file, first }]
})

describe.concurrent('the commands', () => {
  it('are those that whoever works with the project calls', () => {
    expect(commands.map(({ name }) => name)).toEqual([
      'test:planted',
      'data:export',
      'data:delete',
      'audit:verify',
      'docs',
      'infra',
      'infra:deployable',
      'build',
      'smoke',
      'secrets',
      'bench',
      'eval',
    ])
  })

  it.each(commands)('$name ends with 2 for an option that it has not, with its usage and no stack', async (command) => {
    const { file, first, name } = command
    const { code, stdout, stderr } = await programAt(file, {})(
      ...(first === undefined ? [] : [first]),
      '--no-such-option',
    )
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^Unknown option '--no-such-option'\.\n\nUsage: npm run /)
    expect(stderr).toContain(`npm run ${name}`)
    expect(stderr).not.toMatch(/^ +at /m)
  })
})
