import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { functionApps } from '../../functions/apps/all.ts'
import { projectFolder } from '../../local/parts.ts'

type Hook = { readonly shell: string; readonly run: string }
type AzureYaml = {
  readonly name: string
  readonly infra: unknown
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly hooks: Readonly<Record<string, { readonly windows: Hook; readonly posix: Hook }>>
}

const azure = parse(readFileSync(join(projectFolder, 'azure.yaml'), 'utf8')) as AzureYaml

describe('azure.yaml', () => {
  it('has a service for each app: the folder that the build makes of it, as it is', () => {
    expect(azure.services).toEqual(
      Object.fromEntries(
        functionApps.map(({ name }) => [
          name,
          { project: `dist/${name}`, language: 'js', host: 'function', remoteBuild: false },
        ]),
      ),
    )
  })

  it('checks before it makes anything, builds before it packages and before it deploys, and asks every app afterwards', () => {
    const program = { check: 'infra/check/deployment.ts', build: 'build/main.ts', smoke: 'deploy/smoke.ts' }
    expect(Object.entries(azure.hooks).map(([name, { posix }]) => [name, posix.run])).toEqual([
      ['preprovision', `node local/install.mjs ${program.check}`],
      ['prepackage', `node local/install.mjs ${program.build}`],
      ['predeploy', `node local/install.mjs ${program.build}`],
      ['postdeploy', `node local/install.mjs ${program.smoke}`],
    ])
    for (const file of Object.values(program)) expect(existsSync(join(projectFolder, file))).toBe(true)
  })

  it('does the same on Windows', () => {
    for (const { windows, posix, ...more } of Object.values(azure.hooks)) {
      expect(more).toEqual({})
      expect(windows).toEqual({ shell: 'pwsh', run: posix.run })
      // And nothing else: a hook that azd goes on after would check nothing.
      expect(posix).toEqual({ shell: 'sh', run: posix.run })
    }
  })

  it('makes the resources that are tested: those of infra/main.bicep, with its parameters', () => {
    expect(azure.infra).toEqual({ provider: 'bicep', path: 'infra' })
    for (const file of ['main.bicep', 'main.bicepparam'])
      expect(existsSync(join(projectFolder, 'infra', file))).toBe(true)
  })

  it('has a name that azd takes', () => {
    expect(azure.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
  })
})
