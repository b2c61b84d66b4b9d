// A provider of models that refuses the platform's credential, in the tables of an emulator of its own.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { reportFailure } from '../../../shared/incidents/failure-reports.ts'
import { listIncidents } from '../../../shared/incidents/incident-list.ts'
import { platform } from '../../../shared/incidents/incident-owner.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { failureOf, newTenant } from './failures.ts'

let azurite: TestAzurite
let store: Store

beforeAll(async () => {
  azurite = await startAzurite()
  store = createStore(azurite)
})
afterAll(() => azurite.stop())

it('is an incident of the platform at the first failure, and of high severity, whatever was asked', async () => {
  const error = new AppError('model-unauthorized', 'The model refused our credential.')
  reportFailure({ store, now: () => new Date() }, failureOf(newTenant(), { error, severity: 'normal' }))
  const incidents = async () => (await listIncidents(store, platform, { state: 'all', limit: 10 })).incidents
  await expect
    .poll(incidents, { timeout: 8_000 })
    .toMatchObject([{ code: 'model-unauthorized', severity: 'high', count: 1, state: 'open' }])
})
