// How long services wait for a peer that never answers.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../../shared/config/config.ts'
import { createServices } from '../../shared/services.ts'
import { runWithLogSink } from '../../shared/telemetry/log.ts'

const silent = createServer(() => {})
beforeAll(() => new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  silent.closeAllConnections()
  silent.close()
})

it(
  'a page that shows what is last known gives a silent peer up after at most two tries',
  { timeout: 15_000 },
  async () => {
    const PSA_API_URL = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const services = createServices(loadConfig({ PSA_API_URL, PSA_SERVICE_KEY: 'aB3dE5fG7hJ9kL1mN2pQ4rS6' }))
    const asked = runWithLogSink(
      () => {},
      async () => (await services.forReading.psa()).getTickets('t1', ['T1']),
    )
    // As patient as usual, it would take longer than this test may.
    await expect(asked).rejects.toMatchObject({ code: 'peer-timeout', details: { peer: 'psa' } })
  },
)
