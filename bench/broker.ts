// The local Service Bus, as a process, with the entities of a benchmark.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Child, startChild } from '@theone/local-process/child-process'
import type { EntitiesFile } from '@theone/service-bus-broker/entities'
import { brokerProgram } from '../local/package-programs.ts'

/** @param folder where its messages and its entities file are kept */
export const startBroker = async (
  folder: string,
  entities: EntitiesFile,
): Promise<{ readonly child: Child; readonly connectionString: string }> => {
  const file = join(folder, 'entities.json')
  writeFileSync(file, JSON.stringify(entities))
  const child = await startChild({
    name: 'Service Bus',
    file: brokerProgram,
    args: ['--port', '0', '--data', join(folder, 'service-bus'), '--entities', file, '--quiet'],
    onLine: (line) => console.error(line),
  })
  const address = (child.urls['serviceBus'] ?? '').replace('amqp:', 'sb:')
  return {
    child,
    connectionString: `Endpoint=${address};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;`,
  }
}
