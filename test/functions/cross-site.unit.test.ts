// What another site sends is refused before anybody asks who sends it: it tells nothing of the session, and counts as no failed try of it.
import { HttpRequest, InvocationContext } from '@azure/functions'
import { describe, expect, it } from 'vitest'
import { all } from '../../functions/apps/all.ts'
import { loadConfig } from '../../shared/config/config.ts'
import { createServices } from '../../shared/services.ts'
import { serveHttp } from '../../shared/triggers/http-pipeline.ts'
import { sampleSettings } from '../support/stack-setup.ts'

const services = createServices(loadConfig({ ...sampleSettings(), TRUSTED_PROXY_COUNT: '0' }))
const changing = all.definitions
  .filter((definition) => definition.kind === 'http')
  .filter(({ method, crossSite }) => method !== 'GET' && crossSite !== 'from-hub')

describe('a request that changes something, from a page of another site', () => {
  it('can be sent to many functions', () => {
    expect(changing.length).toBeGreaterThan(20)
  })

  it.each(changing.map((definition) => [definition.name, definition] as const))(
    'is refused by %s before its caller is looked up',
    async (name, definition) => {
      const request = new HttpRequest({
        method: definition.method,
        url: `http://127.0.0.1:7071/api/${definition.route}`,
        headers: { 'sec-fetch-site': 'cross-site', 'x-forwarded-for': '192.0.2.7' },
      })
      const context = new InvocationContext({ functionName: name, logHandler: () => {} })
      const { status, body } = await serveHttp(definition, services)(request, context)
      expect(status).toBe(403)
      expect(JSON.parse(body as string)).toMatchObject(
        definition.wire === 'openai'
          ? { error: { code: 'cross-site-request' } }
          : { type: 'urn:theonestack:problem:cross-site-request' },
      )
    },
  )
})
