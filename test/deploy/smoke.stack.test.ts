import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'
import { functionApps } from '../../functions/apps/all.ts'
import { projectFolder } from '../../local/parts.ts'

const { urls } = inject('stack')

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string }

const smoke = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  promisify(execFile)(process.execPath, [join(projectFolder, 'deploy/smoke.ts'), ...args], {
    env: { ...process.env, ...env },
  }).then(
    (said) => ({ code: 0, ...said }),
    (error: unknown) => error as Ended,
  )

describe('the smoke test of a deployment', () => {
  it('finds all six apps of the local stack ready', async () => {
    const { code, stdout, stderr } = await smoke(['--at', urls.functions, '--wait', '20'])
    const [, ...lines] = stdout.trim().split('\n')
    expect(lines.map((line) => line.split(/ +/).slice(0, 2))).toEqual(functionApps.map(({ name }) => [name, 'ready']))
    expect([code, stderr]).toEqual([0, ''])
  })

  it('fails where nothing answers, and still tells of every app', async () => {
    const { code, stdout, stderr } = await smoke(['--at', 'http://127.0.0.1:9', '--wait', '0'])
    expect(stdout.match(/no answer/g)).toHaveLength(functionApps.length)
    expect(stderr).toContain('6 of 6 apps are not ready')
    expect(code).toBe(1)
  })

  it('fails with what to do when nobody says where the apps are, or for how long to wait', async () => {
    expect(await smoke([], { serviceHostNames: '' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('serviceHostNames is not set') as string,
    })
    for (const wait of ['soon', '-1', '3601', '1e3'])
      expect(await smoke(['--at', urls.functions, `--wait=${wait}`])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`--wait is "${wait}"`) as string,
      })
  })
})
