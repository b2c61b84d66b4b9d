import { aroundEach, describe, expect, it } from 'vitest'
import { healthEndpoints } from '../../../functions/platform/health-endpoints.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { createServices } from '../../../shared/services.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

describe('readiness', () => {
  it('tells of a cookie domain below which anybody can have a host, though nobody has signed in yet', async () => {
    const ready = healthEndpoints('ai', ['AI_COOKIE_DOMAIN', 'AI_PUBLIC_URL']).find(({ name }) =>
      name.endsWith('-ready'),
    )
    const environment = { AI_PUBLIC_URL: 'https://onestack.github.io', AI_COOKIE_DOMAIN: 'github.io' }
    const reply = await ready?.handler({ services: createServices(loadConfig(environment)) } as never)
    expect(reply).toMatchObject({
      body: { settings: [{ name: 'AI_COOKIE_DOMAIN', fault: 'invalid', ignored: true }] },
    })
  })
})
