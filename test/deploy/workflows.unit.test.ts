import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { projectFolder } from '../../local/parts.ts'
import { faultsOf } from '../support/workflow-faults.ts'

type Step = {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string | boolean | number>>
}
type Job = {
  readonly permissions?: Readonly<Record<string, string>>
  readonly environment?: string
  readonly needs?: string
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> }
  readonly steps: readonly Step[]
}
type Workflow = {
  readonly permissions: unknown
  readonly defaults: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

const workflows = globSync('.github/workflows/*.yml', { cwd: projectFolder }).map((file) => {
  const text = readFileSync(join(projectFolder, file), 'utf8')
  return { name: basename(file), text, workflow: parse(text) as Workflow }
})
const named = (name: string): (typeof workflows)[number] => {
  const found = workflows.find((one) => one.name === name)
  if (!found) throw new Error(`There is no workflow ${name}.`)
  return found
}

const stepsOf = ({ workflow }: (typeof workflows)[number]): readonly Step[] =>
  Object.values(workflow.jobs).flatMap(({ steps }) => steps)

const { scripts } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>
}

describe('the workflows', () => {
  it('are there', () => {
    expect(workflows.map(({ name }) => name).toSorted()).toEqual(['ci.yml', 'deploy.yml'])
  })
})

describe.each(workflows)('$name', ({ name, text, workflow }) => {
  const steps = stepsOf(named(name))

  it('is what GitHub’s own language service takes', async () => {
    expect(await faultsOf(name, text)).toEqual([])
  })

  it.each([
    { word: 'runs-on:', instead: 'run-on:' },
    { word: 'permissions:', instead: 'permission:' },
    { word: 'github.event_name', instead: 'github.event_name (' },
    { word: '    steps:', instead: '    needs: nobody\n    steps:' },
  ])('would not be taken with "$instead" for "$word"', async ({ word, instead }) => {
    expect(text).toContain(word)
    expect(await faultsOf(name, text.replace(word, instead))).not.toEqual([])
  })

  it('may read the repository; only what a job is said to need comes on top', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
    const writes = Object.entries(workflow.jobs).flatMap(([job, { permissions = {} }]) =>
      Object.entries(permissions).flatMap(([scope, access]) => (access === 'write' ? [`${job}: ${scope}`] : [])),
    )
    const may = { 'ci.yml': [], 'deploy.yml': ['plan: id-token', 'plan: pull-requests', 'deploy: id-token'] }
    expect(writes).toEqual(may[name as keyof typeof may])
  })

  it('uses no stored secret, and leaves no credentials in the folder', () => {
    expect(text).not.toMatch(/secrets\s*[.[]/)
    for (const { with: given } of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(given?.['persist-credentials']).toBe(false)
  })

  it('runs no text that somebody else has written: expressions reach scripts as variables', () => {
    const scriptsOf = steps.flatMap(({ run, with: given }) => [run ?? '', `${given?.['script'] ?? ''}`])
    expect(scriptsOf.filter((script) => script.includes('${{'))).toEqual([])
  })

  it('fails when a command before a pipe fails', () => {
    expect(workflow.defaults).toEqual({ run: { shell: 'bash' } })
  })

  it('names actions by their major version or by a commit', () => {
    const used = steps.flatMap(({ uses }) => uses ?? [])
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter((uses) => !/^[\w-]+\/[\w-]+@(?:v\d+|[0-9a-f]{40})$/.test(uses))).toEqual([])
  })

  it('runs commands that the project has', () => {
    const commands = steps.flatMap(({ run = '' }) => [...run.matchAll(/\bnpm (?:run )?(?!run\b)([\w:-]+)/g)])
    expect(commands.map(([, script = '']) => script).filter((script) => !(script in scripts))).toEqual([])
    const programs = steps.flatMap(({ run = '' }) => [...run.matchAll(/\b(?:node|bash) ([\w./-]+)/g)])
    const missing = programs.flatMap(([, file = '']) => (existsSync(join(projectFolder, file)) ? [] : [file]))
    expect(missing).toEqual([])
  })
})

describe('ci.yml', () => {
  const { jobs } = named('ci.yml').workflow

  it('runs what .ci/run runs, and starts the stack on three systems', () => {
    expect(jobs['suite']?.steps.at(-1)?.run).toBe('bash .ci/run')
    expect(jobs['start']?.strategy?.matrix['os']?.map((os) => os.split('-')[0])).toEqual(['ubuntu', 'macos', 'windows'])
  })
})

describe('deploy.yml', () => {
  const { plan, deploy } = named('deploy.yml').workflow.jobs

  it('deploys only after a plan, in an environment of its own, which may ask for approval', () => {
    expect(deploy?.needs).toBe('plan')
    expect(deploy?.environment).toBe("${{ inputs.environment || 'dev' }}")
    expect(plan?.environment).toBe(`${deploy?.environment}-plan`)
  })

  it('plans with a what-if alone', () => {
    const commands = plan?.steps.flatMap(({ run = '' }) => [...run.matchAll(/\baz [\w -]+?(?= --)|\bazd \w+/g)])
    expect(commands?.map(([command]) => command)).toEqual(['az deployment sub what-if'])
  })
  it('plans and deploys the same parameters', () => {
    const parameters = [plan, deploy].map((job) =>
      job?.steps.flatMap(({ run = '' }) => [...run.matchAll(/--parameters (\S+)/g)].map(([, file]) => file)),
    )
    expect(parameters).toEqual([
      ['"infra/parameters/$AZURE_ENV_NAME.bicepparam"'],
      ['"infra/parameters/$AZURE_ENV_NAME.bicepparam"'],
    ])
  })
})
