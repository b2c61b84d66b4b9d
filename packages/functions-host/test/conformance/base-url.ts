// Where the conformance suite finds its host: HOST_BASE_URL (a host that runs fixture-app.ts), or a local host of its own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from '@theone/local-process/child-process'

export type HostUnderTest = { readonly url: string; readonly stop: () => Promise<void> }

export const fixtureApp = join(import.meta.dirname, 'fixture-app.ts')
export const hostMain = join(import.meta.dirname, '../../src/main.ts')

type Options = {
  readonly app?: string
  readonly env?: Readonly<Record<string, string>>
  readonly given?: string | undefined
}

/** @param options.given the URL of a host that runs the app already */
export const hostUnderTest = async ({
  app = fixtureApp,
  env = {},
  given = process.env['HOST_BASE_URL'],
}: Options = {}): Promise<HostUnderTest> => {
  if (given) return { url: given.replace(/\/$/, ''), stop: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'functions-host-'))
  const child = await startChild({
    name: 'Functions host',
    file: hostMain,
    env,
    args: ['--entry', app, '--port', '0', '--state', folder, '--quiet'],
  })
  return {
    url: child.urls['functions'] ?? '',
    stop: async () => {
      await child.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
