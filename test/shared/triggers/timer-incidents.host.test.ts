// Runs of timers that fail are incidents, in the tables of an emulator of their own.
import { InvocationContext } from '@azure/functions'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../../shared/config/config.ts'
import { AppError } from '../../../shared/errors.ts'
import { listIncidents } from '../../../shared/incidents/incident-list.ts'
import { platform } from '../../../shared/incidents/incident-owner.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { serveTimer } from '../../../shared/triggers/timer-pipeline.ts'
import { timer } from '../../../shared/triggers/timer.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'

let azurite: TestAzurite
let services: Services

beforeAll(async () => {
  azurite = await startAzurite()
  services = createServices(loadConfig({ DATA_STORAGE: azurite.connectionString }))
})
afterAll(() => azurite.stop())

const context = () => new InvocationContext({ logHandler: () => {} })
const tick = {
  isPastDue: false,
  schedule: { adjustForDST: false },
  scheduleStatus: { last: '', next: '', lastUpdated: '' },
}

const newTimer = () => {
  const name = `test-${randomUUID()}-timer`
  const run = (work: () => Promise<void>) =>
    serveTimer(
      timer({
        name,
        schedule: '0 0 0 * * *',
        summary: 'Does what the test says',
        integration: 'code→psa',
        operation: name,
        severity: 'high',
        minutesMax: 1,
        handler: work,
      }),
      services,
    )(tick, context())
  const incidents = async () =>
    (await listIncidents(services.store(), platform, { state: 'all', limit: 100 })).incidents.filter(
      ({ operation }) => operation === name,
    )
  return { run, incidents }
}

const unavailable = () => Promise.reject(new AppError('peer-unavailable', 'No.'))

describe('a run of a timer', () => {
  it('that fails is an incident of its integration, operation and severity, and still fails', async () => {
    const { run, incidents } = newTimer()
    await expect(run(unavailable)).rejects.toMatchObject({ code: 'peer-unavailable' })
    await expect(run(unavailable)).rejects.toMatchObject({ code: 'peer-unavailable' })
    expect(await incidents()).toMatchObject([
      { integration: 'code→psa', code: 'peer-unavailable', severity: 'high', state: 'open', count: 2 },
    ])
  })

  it('that fails in a way nobody thought of is an incident too', async () => {
    const { run, incidents } = newTimer()
    await expect(run(() => Promise.reject(new Error('what?')))).rejects.toMatchObject({ code: 'internal' })
    expect(await incidents()).toMatchObject([{ code: 'internal', state: 'open' }])
  })

  it('that succeeds closes what the runs before it opened', async () => {
    const { run, incidents } = newTimer()
    await expect(run(unavailable)).rejects.toThrow(AppError)
    await run(() => Promise.resolve())
    expect(await incidents()).toMatchObject([{ state: 'resolved', resolvedBy: 'success' }])
  })
})
