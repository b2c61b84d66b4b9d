import { app } from '@azure/functions'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Host, startHost } from '@theone/functions-host'
import { loadConfig } from '../../../shared/config/config.ts'
import { createServices } from '../../../shared/services.ts'
import { deadLetterTimer } from '../../../functions/platform/dead-letter-timer.ts'
import { register } from '../../../shared/triggers/register.ts'
import { subscriber } from '../../../shared/triggers/subscriber.ts'

const secret = 'a-key-that-nobody-may-see'
const nobodyThere = `Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=local;SharedAccessKey=${secret};UseDevelopmentEmulator=true;`

let stateFolder: string
let host: Host | undefined
let lines: string[]
beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'service-bus-settings-'))
  lines = []
})
afterEach(async () => {
  await host?.close()
  host = undefined
  await rm(stateFolder, { recursive: true, force: true })
})

const definition = subscriber({
  name: 'lonely-subscriber',
  summary: 'Has no bus to listen to',
  queue: 'hub-psa-agents',
  events: ['hub.iam.user_created'],
  integration: 'hub→sessions',
  operation: 'listen',
  handler: async () => 'completed',
})

const start = async (settings: Readonly<Record<string, string>>): Promise<Host> => {
  const services = createServices(loadConfig(settings))
  host = await startHost({
    entry: async () => {
      register(app, [definition, deadLetterTimer('lonely-dead-letters-timer', [definition])], services)
      app.http('other', { handler: () => ({ body: 'here' }) })
    },
    port: 0,
    stateFolder,
    settings,
    log: ({ message }) => lines.push(message),
  })
  return host
}

describe('a subscriber whose Service Bus setting', () => {
  it.each([
    ['is missing', {}, /needs the setting SERVICE_BUS/],
    ['is empty', { SERVICE_BUS: '' }, /needs the setting SERVICE_BUS/],
    [
      'is no connection string',
      { SERVICE_BUS: secret },
      /listener for function 'lonely-subscriber' was unable to start/,
    ],
    [
      'lacks its endpoint',
      { SERVICE_BUS: `SharedAccessKeyName=local;SharedAccessKey=${secret}` },
      /listener for function 'lonely-subscriber' was unable to start/,
    ],
    ['names a broker that is not there', { SERVICE_BUS: nobodyThere }, /lonely-subscriber/],
  ])('%s leaves the rest of the app running', async (_, settings, problem) => {
    const { url, functions } = await start(settings)
    const answer = await fetch(`${url}/api/other`)
    expect([answer.status, await answer.text()]).toEqual([200, 'here'])
    expect(functions.map(({ fn }) => fn.name)).toEqual(['lonely-dead-letters-timer', 'lonely-subscriber', 'other'])
    expect(lines.join('\n')).toMatch(problem)
    expect(lines.join('\n')).not.toContain(secret)
  })
})
