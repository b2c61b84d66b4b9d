// The process that holds the data of the local stack: Azurite's blobs, queues and tables. It runs apart from the host, so that a
// host that is killed loses nothing.
import { parseArgs } from 'node:util'
import { serveAsChild } from '@theone/local-process/child-process'
import { startAzuriteServers } from './servers.ts'

const { values } = parseArgs({
  options: {
    'blob-port': { type: 'string', default: process.env['LOCAL_BLOB_PORT'] ?? '10000' },
    'queue-port': { type: 'string', default: process.env['LOCAL_QUEUE_PORT'] ?? '10001' },
    'table-port': { type: 'string', default: process.env['LOCAL_TABLE_PORT'] ?? '10002' },
    data: { type: 'string', default: '.local/azurite' },
    memory: { type: 'boolean', default: false },
  },
})

const port = (value: string, option: string): number => {
  const number = Number(value)
  if (!/^\d+$/.test(value) || number > 65_535) throw new Error(`${option} is "${value}": give a port from 0 to 65535.`)
  return number
}

await serveAsChild(() =>
  startAzuriteServers({
    blobPort: port(values['blob-port'], '--blob-port (LOCAL_BLOB_PORT)'),
    queuePort: port(values['queue-port'], '--queue-port (LOCAL_QUEUE_PORT)'),
    tablePort: port(values['table-port'], '--table-port (LOCAL_TABLE_PORT)'),
    ...(!values.memory && { dataFolder: values.data }),
  }),
)
