import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { projectFolder } from '../../local/parts.ts'
import { bicepVersion } from '../../infra/check/bicep-cli.ts'
import { faultsOf } from '../support/workflow-faults.ts'

type Step = {
  readonly name?: string
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string | boolean | number>>
}
type Job = {
  readonly permissions?: Readonly<Record<string, string>>
  readonly environment?: string
  readonly needs?: string
  readonly if?: string
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> }
  readonly steps: readonly Step[]
}
type Workflow = {
  readonly on: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  readonly permissions: unknown
  readonly concurrency: unknown
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

  it('fails when anything of .ci/run fails, and only says so where there is no Bicep', () => {
    const lines = readFileSync(join(projectFolder, '.ci/run'), 'utf8')
      .split('\n')
      .filter((line) => !/^(?:#|\s*echo '.*' >&2$|$)/.test(line))
    expect(lines).toEqual([
      'set -euo pipefail',
      'cd "$(dirname "$0")/.."',
      'npm test',
      'if [ -n "${BICEP:-}" ] || command -v bicep > /dev/null || command -v dotnet > /dev/null; then',
      '  npm run infra',
      'else',
      'fi',
    ])
  })

  it('runs what .ci/run runs, and starts the stack on three systems', () => {
    expect(jobs['suite']?.steps.at(-1)?.run).toBe('bash .ci/run')
    expect(jobs['start']?.strategy?.matrix['os']?.map((os) => os.split('-')[0])).toEqual(['ubuntu', 'macos', 'windows'])
  })
})

describe('deploy.yml', () => {
  const { on, env, jobs, concurrency } = named('deploy.yml').workflow
  const { plan, deploy } = jobs
  const at = (job: Job | undefined, text: string): number =>
    (job?.steps ?? []).findIndex(({ run = '', uses = '' }) => run.includes(text) || uses.startsWith(text))
  const whereIn = (job: Job | undefined, ...texts: readonly string[]) => texts.map((text) => at(job, text))

  it('deploys by itself what ci has found good, and by hand nothing else', () => {
    expect(Object.keys(on)).toEqual(['pull_request', 'workflow_run', 'workflow_dispatch'])
    expect(on['workflow_run']).toEqual({ workflows: ['ci'], types: ['completed'], branches: ['main'] })
    expect(plan?.if?.split(' || ')).toEqual([
      // Not those of a fork.
      "(github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository)",
      "(github.event_name == 'workflow_run' && github.event.workflow_run.conclusion == 'success' && github.event.workflow_run.event == 'push')",
      "github.event_name == 'workflow_dispatch'",
    ])
    expect(env?.['COMMIT']).toBe('${{ inputs.commit || github.event.workflow_run.head_sha || github.sha }}')
    const asked = plan?.steps[at(plan, 'gh run list')]
    expect(asked?.if).toBe("github.event_name == 'workflow_dispatch'")
    expect(asked?.run).toMatch(/--workflow ci\.yml .*--commit "\$COMMIT" --status success /)
    expect(asked?.run).toContain('exit 1')
    for (const job of [plan, deploy])
      expect(job?.steps[at(job, 'actions/checkout')]?.with?.['ref']).toBe('${{ env.COMMIT }}')
  })

  it('deploys to an environment once at a time, and to the end', () => {
    expect(concurrency).toEqual({
      group: "deploy-${{ inputs.environment || 'dev' }}-${{ github.event.pull_request.number || 'main' }}",
      'cancel-in-progress': false,
    })
  })

  it('is trusted by Azure as one environment of one repository, which docs/deployment.md says how to make', () => {
    const guide = readFileSync(join(projectFolder, 'docs/deployment.md'), 'utf8').replaceAll(/\s+/g, ' ')
    expect(guide).toContain(
      'issuer `https://token.actions.githubusercontent.com`, subject `repo:<owner>/<repository>:environment:<environment>`, audience `api://AzureADTokenExchange`',
    )
    const subjects = [...guide.matchAll(/`(repo:[^`]*)`/g)].map(([, subject]) => subject)
    expect(new Set(subjects)).toEqual(new Set(['repo:<owner>/<repository>:environment:<environment>']))
    expect(guide).toContain('All but `dev-plan` take `main` alone')
  })

  it('evaluates the resources with the Bicep CLI that made the snapshots', () => {
    expect(env?.['BICEP_VERSION']).toBe(bicepVersion)
    for (const job of [plan, deploy]) {
      const step = job?.steps[at(job, 'az bicep install')]
      expect(step?.run).toContain('az config set bicep.use_binary_from_path=false')
      expect(step?.run).toContain('az bicep install --version "v$BICEP_VERSION"')
      expect(step?.run).toContain('az bicep version | grep -F "Bicep CLI version $BICEP_VERSION "')
    }
    const [installed, checked, planned] = whereIn(plan, 'az bicep install', 'infra:deployable', 'sub what-if')
    expect([installed, checked]).not.toContain(-1)
    expect(checked).toBeGreaterThan(installed ?? 0)
    expect(planned).toBeGreaterThan(checked ?? 0)
    expect(plan?.steps[checked ?? -1]?.run).toMatch(/npm run infra:deployable -- --pinned .*--budget-since/s)
    expect(at(deploy, 'az bicep install')).toBeLessThan(at(deploy, 'az deployment sub create'))
  })

  it('can deploy code alone, with the resources as they are', () => {
    const left = [plan, deploy].map((job) =>
      job?.steps.filter((step) => step.if !== "inputs.what != 'code alone'").map(({ run = '' }) => run),
    )
    expect(JSON.stringify(left)).not.toMatch(/sub create|what-if|az bicep/)
    // Where the apps are is said by the last deployment of resources, under the name that this one gave it.
    const [create, show] = whereIn(deploy, 'az deployment sub create', 'az deployment sub show')
    expect(deploy?.steps[create ?? -1]?.run).toContain('--name "suite-$AZURE_ENV_NAME"')
    expect(deploy?.steps[show ?? -1]?.run).toContain('--name "suite-$AZURE_ENV_NAME"')
    expect(show).toBeGreaterThan(create ?? 0)
  })

  it('keeps the source maps before the code runs, so that a failed deployment has them too', () => {
    const [built, kept, deployed] = whereIn(deploy, 'build/main.ts', 'actions/upload-artifact', 'azd deploy')
    expect(built).toBeGreaterThan(-1)
    expect(kept).toBeGreaterThan(built ?? 0)
    expect(deployed).toBeGreaterThan(kept ?? 0)
    expect(deploy?.steps[kept ?? -1]?.with).toMatchObject({ path: 'dist', 'if-no-files-found': 'error' })
  })

  it('deploys only after a plan, in an environment of its own, which may ask for approval', () => {
    expect(deploy?.needs).toBe('plan')
    expect(deploy?.environment).toBe("${{ inputs.environment || 'dev' }}")
    expect(plan?.environment).toBe(`${deploy?.environment}-plan`)
  })

  it('goes on after no failure: a plan, a check or a deployment that fails ends the run', () => {
    expect(deploy?.if).toBe("github.event_name != 'pull_request'")
    for (const job of [plan, deploy]) {
      expect(job?.steps[at(job, 'git merge-base --is-ancestor')]?.run).toMatch(/is not on main\."; exit 1; \}/)
      expect(JSON.stringify(job)).not.toMatch(/continue-on-error|always\(\)/)
    }
    for (const text of ['azd deploy', 'az deployment sub create', 'npm run infra:deployable'])
      for (const { run = '' } of [...(plan?.steps ?? []), ...(deploy?.steps ?? [])])
        if (run.includes(text)) expect(run.slice(run.indexOf(text))).not.toContain('||')
  })

  it('plans with a what-if alone, and reads whatever else', () => {
    const commands = plan?.steps.flatMap(({ run = '' }) => [...run.matchAll(/\baz [\w -]+?(?= --)|\bazd \w+/g)])
    expect(commands?.map(([command]) => command)).toEqual([
      'az bicep install',
      'az consumption budget list',
      'az deployment sub what-if',
    ])
  })

  it('plans and deploys the same parameters', () => {
    const parameters = [plan, deploy].map((job) =>
      job?.steps.flatMap(({ run = '' }) => [...run.matchAll(/--parameters (\S+)/g)].map(([, file]) => file)),
    )
    for (const files of parameters)
      expect([...new Set(files)]).toEqual(['"infra/parameters/$AZURE_ENV_NAME.bicepparam"'])
  })
})
