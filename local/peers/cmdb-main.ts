// Process entry of the CMDB stand-in: node local/peers/cmdb-main.ts --key <integration key> [--port 7085] [--data <folder>]
import { serveAsChild } from '../child-process.ts'
import { startCmdb } from './cmdb.ts'
import { readKeyedOptions } from './stand-in-arguments.ts'

await serveAsChild(async () => {
  const setting = 'LOCAL_CMDB_PORT'
  const { url, close } = await startCmdb(readKeyedOptions(process.env[setting] ?? '7085', setting))
  return { urls: { cmdb: url }, close }
})
