// Process entry of the Hub stand-in: node local/peers/hub-main.ts [--port 7081], with the settings that the suite has.
import { parseArgs } from 'node:util'
import { serveAsChild } from '../child-process.ts'
import { startHub } from './hub.ts'

await serveAsChild(async () => {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: process.env['LOCAL_HUB_PORT'] ?? '7081' } },
  })
  const issuer = process.env['HUB_URL']
  const { url, close } = await startHub({
    port: portFrom(values.port),
    ...(issuer && { issuer: withoutSlash(issuer) }),
    products: {
      code: { publicUrl: withoutSlash(setting('CODE_PUBLIC_URL')), secret: setting('PORTAL_SSO_SECRET') },
      ai: { publicUrl: withoutSlash(setting('AI_PUBLIC_URL')), secret: setting('AI_SSO_SECRET') },
    },
  })
  return { urls: { hub: url }, close }
})

function setting(name: string): string {
  const value = process.env[name]
  if (value) return value
  throw new Error(`The setting ${name} is missing. local.settings.sample.json has a value for a laptop.`)
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

function portFrom(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new Error(`"${text}" is not a port. Set --port or LOCAL_HUB_PORT to a number from 0 to 65535.`)
}
