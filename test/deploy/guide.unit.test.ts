// That the commands which docs/deployment.md tells people to run are there, and take the options that it gives them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFolder } from '../../local/parts.ts'
import { programAt } from '../support/program.ts'

const read = (file: string): string => readFileSync(join(projectFolder, file), 'utf8')
const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> }

/** `npm run secrets -- --vault … --file first.json` */
const told = [...read('docs/deployment.md').matchAll(/npm run ([\w:]+)(?: -- ([^`\n;]*))?/g)].map(
  ([, name = '', args = '']) => ({ name, options: [...args.matchAll(/--[\w-]+/g)].map(([option]) => option) }),
)
const commands = [...new Set(told.map(({ name }) => name))].map((name) => ({
  name,
  options: [...new Set(told.filter((one) => one.name === name).flatMap(({ options }) => options))],
}))

describe.concurrent('docs/deployment.md', () => {
  it('tells of the commands that a deployment takes', () => {
    expect(commands.map(({ name }) => name).toSorted()).toEqual([
      'data:export',
      'infra',
      'infra:deployable',
      'secrets',
      'smoke',
    ])
  })

  it.each(commands)('gives $name options that it takes: $options', async ({ name, options }) => {
    const [file = ''] = /[\w/-]+\.ts/.exec(scripts[name] ?? '') ?? []
    const { code, stdout } = await programAt(file, {})('--help')
    expect([code, stdout]).toEqual([0, expect.stringContaining(`npm run ${name}`) as string])
    expect(options.filter((option) => !stdout.includes(option))).toEqual([])
  })
})
