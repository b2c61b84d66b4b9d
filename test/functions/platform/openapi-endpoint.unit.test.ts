import { expect, it } from 'vitest'
import { anyone } from '../../../shared/auth/caller.ts'
import { openApiEndpoint } from '../../../functions/platform/openapi-endpoint.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { createServices } from '../../../shared/services.ts'
import { http, noBody } from '../../../shared/triggers/http.ts'

it('the document of a product is made once, and names the origin that is set for whoever asks', async () => {
  const read = http({
    name: 'code-read',
    method: 'GET',
    route: 'code/read',
    summary: 'Reads what is there',
    callers: [anyone],
    returns: { 204: noBody },
    rate: { by: 'address', perMinute: 60 },
    handler: () => Promise.resolve({ status: 204 } as const),
  })
  const endpoint = openApiEndpoint('code', [read])
  const documentAt = async (origin: string) => {
    const services = createServices(loadConfig({ CODE_PUBLIC_URL: origin }))
    const { body } = (await endpoint.handler({ services } as never)) as { body: { paths: object; servers: unknown } }
    return body
  }
  const [first, second] = [await documentAt('https://code.example'), await documentAt('https://other.example')]
  expect(Object.keys(first.paths)).toEqual(['/code/read', '/code/openapi.json'])
  expect(second.paths).toBe(first.paths)
  expect([first.servers, second.servers]).toEqual([
    [{ url: 'https://code.example/api' }],
    [{ url: 'https://other.example/api' }],
  ])
})
