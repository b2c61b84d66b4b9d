// Process entry of the Defend stand-in: node local/peers/defend-main.ts --key <integration key> [--port 7084] [--data <folder>]
import { serveAsChild } from '../child-process.ts'
import { startDefend } from './defend.ts'
import { readKeyedOptions } from './stand-in-arguments.ts'

await serveAsChild(async () => {
  const setting = 'LOCAL_DEFEND_PORT'
  const { url, close } = await startDefend(readKeyedOptions(process.env[setting] ?? '7084', setting))
  return { urls: { defend: url }, close }
})
