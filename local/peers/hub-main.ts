// Process entry of the Hub stand-in, with the settings that the suite has:
// node local/peers/hub-main.ts [--port 7081] [--key <integration key>] [--data <folder>] [--bus-key <integration key of hub>]
import { parseArgs } from 'node:util'
import { serveAsChild } from '../child-process.ts'
import { startHub } from './hub.ts'
import { portFrom } from './stand-in-arguments.ts'

await serveAsChild(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env['LOCAL_HUB_PORT'] ?? '7081' },
      data: { type: 'string' },
      key: { type: 'string', multiple: true, default: [] },
      'bus-key': { type: 'string' },
    },
  })
  const issuer = process.env['HUB_URL']
  const busKey = values['bus-key']
  const { url, close } = await startHub({
    port: portFrom(values.port, 'LOCAL_HUB_PORT'),
    keys: values.key,
    ...(values.data !== undefined && { dataFolder: values.data }),
    ...(busKey !== undefined && { bus: { url: withoutSlash(setting('BUS_API_URL')), key: busKey } }),
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
