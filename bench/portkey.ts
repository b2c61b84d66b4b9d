// Beside what the AI gateway is measured: Portkey's gateway (https://github.com/Portkey-AI/gateway), installed when this is run, in a folder of
// its own, so that nobody else needs it.
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'
import { projectFolder } from '../local/parts.ts'

const run = promisify(execFile)
const version = '1.15.2'
const folder = join(projectFolder, 'node_modules/.cache', `portkey-${version}`)
const program = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js')
const readyMsMax = 30_000

export type Portkey = { readonly url: string; readonly stop: () => Promise<void> }

/** @throws Error when npm cannot install it, or it does not start within 30 s */
export const startPortkey = async (): Promise<Portkey> => {
  if (!existsSync(program)) await install()
  const port = await freePort()
  const child = spawn(process.execPath, [program, '--headless', `--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill()
    await ended
  }
  const url = `http://127.0.0.1:${port}`
  for (const deadline = Date.now() + readyMsMax; ; await sleep(100)) {
    if (await isReady(url)) return { url, stop }
    if (Date.now() > deadline || child.exitCode !== null) {
      await stop()
      throw new Error(`Portkey did not answer at ${url} within ${readyMsMax} ms. Run "node ${program}" to see why.`)
    }
  }
}

/** Without its scripts: it needs none to run. */
const install = async (): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `@portkey-ai/gateway@${version}`], {
    cwd: folder,
  })
}

const isReady = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

const freePort = async (): Promise<number> => {
  const server = createServer()
  const url = await listenOnLoopback(server, 0, '--port')
  await closeServer(server, 0)
  return Number(new URL(url).port)
}
