// What is said before a deployment, with a Bicep CLI that answers as told: which words it has is up to Bicep, whether they count is ours.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bicepVersion } from '../../infra/check/bicep-cli.ts'
import { projectFolder } from '../../local/parts.ts'

const folder = mkdtempSync(join(tmpdir(), 'deployable-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Told = {
  readonly version?: string
  readonly refusal?: string
  readonly emails?: readonly string[]
  readonly from?: string
  readonly domain?: string
  readonly settings?: Readonly<Record<string, string>>
}

const bicepThat = ({
  version = bicepVersion,
  refusal = '',
  emails = ['a@b.net'],
  from = '2099-01-01',
  domain = 'msp-tools.net',
  settings = {},
}: Told): string => {
  const file = join(folder, 'bicep')
  const values = { alertEmails: emails, budgetFrom: from, domain, settings }
  const parameters = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]))
  writeFileSync(join(folder, 'parameters.json'), JSON.stringify({ parametersJson: JSON.stringify({ parameters }) }))
  writeFileSync(
    file,
    `#!/bin/sh
case "$1" in
  --version) echo 'Bicep CLI version ${version} (0000000000)';;
  snapshot)
    echo "$@" > ${folder}/asked
    [ -z '${refusal}' ] || { echo '${refusal}' >&2; exit 1; }
    echo '{"predictedResources":[]}' > "\${2%.bicepparam}.snapshot.json";;
  build-params) cat ${folder}/parameters.json;;
esac
`,
  )
  chmodSync(file, 0o755)
  return file
}

const run = (told: Told, args: readonly string[] = [], subscription = '9b1f6c1e-4d0f-4c8e-9a57-2d6f0c7e8b13') => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(projectFolder, 'infra/check/deployment.ts'), ...args],
    { encoding: 'utf8', env: { ...process.env, BICEP: bicepThat(told), AZURE_SUBSCRIPTION_ID: subscription } },
  )
  return { status, words: stdout + stderr }
}

const since = (month: string) => ['--budget-since', month]

describe('what is said before a deployment', () => {
  it('is that nothing speaks against it, evaluated for the very subscription', () => {
    const { status, words } = run({}, since('2099-01-01'))
    expect([status, words]).toEqual([0, 'Nothing speaks against a deployment of infra/main.bicepparam.\n'])
    const asked = readFileSync(join(folder, 'asked'), 'utf8')
    expect(asked).toContain('--subscription-id 9b1f6c1e-4d0f-4c8e-9a57-2d6f0c7e8b13')
  })

  it('is what Bicep refuses', () => {
    const { status, words } = run({ refusal: 'These parameters are still examples: domain.' }, since('2099-01-01'))
    expect(status).toBe(1)
    expect(words).toContain('still examples: domain')
  })

  it('is that a budget counts from another month than the one that is there, or from one that is past', () => {
    expect(run({}, since('2024-01-01'))).toEqual({
      status: 1,
      words: expect.stringContaining('Write 2024-01-01') as string,
    })
    expect(run({ from: '2020-01-01' })).toEqual({ status: 1, words: expect.stringContaining('is past') as string })
  })

  it('is nothing about a budget that is not made', () => {
    expect(run({ from: '2020-01-01', emails: [] }).status).toBe(0)
  })

  it('is that another Bicep CLI would deploy, where it is pinned', () => {
    const other = { version: '0.48.0' }
    expect(run(other, since('2099-01-01')).status).toBe(0)
    expect(run(other, [...since('2099-01-01'), '--pinned'])).toEqual({
      status: 1,
      words: expect.stringContaining(
        `The Bicep CLI is 0.48.0, and what was tested was made with ${bicepVersion}`,
      ) as string,
    })
    expect(run({}, [...since('2099-01-01'), '--pinned']).status).toBe(0)
  })

  it('is what no app would take of the settings and the domain, without their values', () => {
    const { status, words } = run(
      { domain: 'user:hunter2@msp-tools.net', settings: { OPERATOR_AUDIENCE: 'hunter2' } },
      since('2099-01-01'),
    )
    expect(status).toBe(1)
    expect(words).toMatch(/^The parameter "settings" has OPERATOR_AUDIENCE: .*\nThe parameter "domain" makes addresses/)
    expect(words).not.toContain('hunter2')
  })

  it('is how to ask, when no subscription is named or a month is none', () => {
    expect(run({}, [], '')).toEqual({
      status: 2,
      words: expect.stringContaining('AZURE_SUBSCRIPTION_ID is not set') as string,
    })
    expect(run({}, since('2026-12-15')).status).toBe(2)
    expect(run({}, ['--parameters', '/elsewhere/dev.bicepparam']).status).toBe(2)
  })
})
