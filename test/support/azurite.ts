// A storage emulator of a test's own: a process on free ports, gone with the test.
import path from 'node:path'
import { startChild, type Child } from '@theone/local-process/child-process'
import { azuriteConnectionString } from '../../local/azurite/account.ts'

export type TestAzurite = {
  readonly connectionString: string
  readonly child: Child
  readonly stop: () => Promise<void>
}

/** Starts Azurite. Without `dataFolder` it keeps everything in memory. */
export const startAzurite = async ({ dataFolder }: { readonly dataFolder?: string } = {}): Promise<TestAzurite> => {
  const child = await startChild({
    name: 'azurite',
    file: path.join(import.meta.dirname, '../../local/azurite/main.ts'),
    args: [
      '--blob-port=0',
      '--queue-port=0',
      '--table-port=0',
      ...(dataFolder === undefined ? ['--memory'] : ['--data', dataFolder]),
    ],
  })
  const url = (name: string): string => {
    const value = child.urls[name]
    if (value === undefined) throw new Error(`Azurite reported no URL for ${name}.`)
    return value
  }
  const connectionString = azuriteConnectionString({
    blobs: url('blobs'),
    queues: url('queues'),
    tables: url('tables'),
  })
  return { connectionString, child, stop: () => child.stop() }
}
