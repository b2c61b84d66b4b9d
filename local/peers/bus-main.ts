// Process entry of the Bus stand-in: node local/peers/bus-main.ts --publisher code=<key> [--publisher hub=<key>] [--port 7083],
// with the broker's connection string in SERVICE_BUS.
import { parseArgs } from 'node:util'
import { serveAsChild } from '../child-process.ts'
import { type BusPublisher, startBus } from './bus.ts'
import { portFrom } from './stand-in-arguments.ts'

await serveAsChild(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env['LOCAL_BUS_PORT'] ?? '7083' },
      publisher: { type: 'string', multiple: true, default: [] },
    },
  })
  const connectionString = process.env['SERVICE_BUS']
  if (!connectionString)
    throw new Error('The setting SERVICE_BUS is missing. local.settings.sample.json has a value for a laptop.')
  const { url, close } = await startBus({
    port: portFrom(values.port, 'LOCAL_BUS_PORT'),
    connectionString,
    publishers: values.publisher.map(publisherFrom),
    onLine: (line) => console.error(line),
  })
  return { urls: { bus: url }, close }
})

/** Keys may have `=` in them. */
function publisherFrom(text: string): BusPublisher {
  const [, product, key] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (product !== undefined && key !== undefined) return { product, key }
  // Without the text, which may be a key.
  throw new Error('A --publisher is not of the form <product>=<key>.')
}
