// Process entry of the CRM stand-in: node local/peers/crm-main.ts --key <integration key> [--port 7086] [--data <folder>]
import { serveAsChild } from '../child-process.ts'
import { startCrm } from './crm.ts'
import { readKeyedOptions } from './stand-in-arguments.ts'

await serveAsChild(async () => {
  const setting = 'LOCAL_CRM_PORT'
  const { url, close } = await startCrm(readKeyedOptions(process.env[setting] ?? '7086', setting))
  return { urls: { crm: url }, close }
})
