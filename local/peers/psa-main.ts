// Process entry of the PSA stand-in: node local/peers/psa-main.ts --key <integration key> [--port 7082] [--data <folder>]
import { serveAsChild } from '../child-process.ts'
import { startPsa } from './psa.ts'
import { readKeyedOptions } from './stand-in-arguments.ts'

await serveAsChild(async () => {
  const setting = 'LOCAL_PSA_PORT'
  const { url, close } = await startPsa(readKeyedOptions(process.env[setting] ?? '7082', setting))
  return { urls: { psa: url }, close }
})
