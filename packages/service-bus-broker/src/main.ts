#!/usr/bin/env node
// Process entry of the local Service Bus:
// service-bus-broker --entities <file> [--port 5672] [--data .local/service-bus] [--memory] [--quiet]
import { parseArgs } from 'node:util'
import { serveAsChild } from '@theone/local-process/child-process'
import { startBroker } from './broker.ts'
import { readEntities } from './entities.ts'

await serveAsChild(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env['LOCAL_SERVICE_BUS_PORT'] ?? '5672' },
      data: { type: 'string', default: '.local/service-bus' },
      entities: { type: 'string' },
      memory: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
    },
  })
  if (values.entities === undefined) throw new Error('The local Service Bus needs --entities <file>.')
  const { url, close } = await startBroker({
    port: portFrom(values.port),
    entities: readEntities(values.entities),
    ...(!values.memory && { dataFolder: values.data }),
    ...(!values.quiet && { onLine: (line: string) => console.log(line) }),
  })
  return { urls: { serviceBus: url }, close }
})

function portFrom(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new Error(`"${text}" is not a port. Set --port or LOCAL_SERVICE_BUS_PORT to a number from 0 to 65535.`)
}
