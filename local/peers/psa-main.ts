// Process entry of the PSA stand-in: node local/peers/psa-main.ts --key <integration key> [--port 7082] [--data <folder>]
import { parseArgs } from 'node:util'
import { serveAsChild } from '../child-process.ts'
import { startPsa } from './psa.ts'

await serveAsChild(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env['LOCAL_PSA_PORT'] ?? '7082' },
      data: { type: 'string' },
      key: { type: 'string', multiple: true, default: [] },
    },
  })
  const { url, close } = await startPsa({
    port: portFrom(values.port),
    keys: values.key,
    ...(values.data !== undefined && { dataFolder: values.data }),
  })
  return { urls: { psa: url }, close }
})

function portFrom(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new Error(`"${text}" is not a port. Set --port or LOCAL_PSA_PORT to a number from 0 to 65535.`)
}
