// Boots the local stack once for all tests that need it, on free ports and in a folder of its own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { projectFolder } from '../../local/parts.ts'
import { anyPorts } from '../../local/ports.ts'
import { seed } from '../../local/seed.ts'
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    stack: Pick<Stack, 'urls' | 'settings' | 'integrationKey'> & { readonly dataFolder: string }
  }
}

/** The sample's values, whatever the settings of the person who runs the tests are. */
export const sampleSettings = (): Record<string, string> => {
  const file = readFileSync(join(projectFolder, 'local.settings.sample.json'), 'utf8')
  return (JSON.parse(file) as { Values: Record<string, string> }).Values
}

/**
 * One proxy is trusted, so that each test can come from an address of its own and meets nobody else's rate limit. Messages that failed
 * are tried again soon.
 */
export const testOverrides = { TRUSTED_PROXY_COUNT: '1', MESSAGE_RETRY_SECONDS: '1' } as const

type TestStackOptions = Pick<StackOptions, 'dataFolder'> & Partial<StackOptions>

/** A stack as tests have it: on free ports, seeded, with the sample's settings. */
export const startTestStack = (options: TestStackOptions): Promise<Stack> =>
  startStack({ ports: anyPorts, settings: sampleSettings(), overrides: testOverrides, seed, ...options })

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'stack-'))
  const stack = await startTestStack({ dataFolder })
  const { urls, settings, integrationKey } = stack
  project.provide('stack', { urls, settings, integrationKey, dataFolder })
  return async () => {
    await stack.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}
