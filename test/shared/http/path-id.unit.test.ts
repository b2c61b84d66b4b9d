// Ids on their way into every function that takes any by path, through the routes of the local host and the pipeline, with the ids of
// every product in them: what arrives is the id that was sent, or nothing.
import { HttpRequest, InvocationContext } from '@azure/functions'
import * as fc from 'fast-check'
import * as z from 'zod'
import { describe, expect, it } from 'vitest'
import { hasEncodedSlash, requestPath } from '@theone/functions-host/request-path'
import { createRouteTable } from '@theone/functions-host/route-table'
import { all } from '../../../functions/apps/all.ts'
import { anyone } from '../../../shared/auth/caller.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { createServices } from '../../../shared/services.ts'
import { redactSecrets } from '../../../shared/text/secret-redaction.ts'
import type { HttpDefinition, HttpInput } from '../../../shared/triggers/http.ts'
import { serveHttp } from '../../../shared/triggers/http-pipeline.ts'
import { queryFormOf } from '../../../shared/triggers/query-form.ts'
import { schemaOf } from '../../../shared/triggers/schema-source.ts'
import { isLong } from '../../support/thoroughness.ts'

const services = createServices(loadConfig({ TRUSTED_PROXY_COUNT: '0' }))
const definitions = all.definitions.filter((definition) => definition.kind === 'http')
const table = createRouteTable<HttpDefinition>('api')
for (const definition of definitions)
  table.add({
    functionName: definition.name,
    route: definition.route,
    methods: [definition.method],
    target: definition,
  })

const shapeOf = async (source: HttpDefinition['params']): Promise<Readonly<Record<string, z.ZodType>>> =>
  source ? ((await schemaOf(source)) as z.ZodObject).shape : {}

/** The function as it stands, but for who calls it, its body, and what it does: it says which ids have arrived. */
const echo = (definition: HttpDefinition, got: (ids: unknown) => void): HttpDefinition => {
  const { body: _, needs: __, rate: ___, ...rest } = definition
  return {
    ...rest,
    callers: [anyone],
    crossSite: 'refused',
    rate: { by: 'address', perMinute: 1_000_000 },
    returns: { 200: z.undefined() },
    handler: ({ params, query }: HttpInput<never, never, never, never>) => {
      got(definition.params ? params : query)
      return { status: 200 }
    },
  }
}

type Arrival = { readonly status: number; readonly ids?: unknown; readonly by?: string; readonly text: string }

/** As the local host hands a request to a function. */
const send = async (method: string, target: string): Promise<Arrival> => {
  // A client resolves dots before anything is sent.
  const url = new URL(`http://127.0.0.1${target}`)
  const sent = url.pathname + url.search
  const path = requestPath(sent)
  const found = path === undefined || hasEncodedSlash(sent) ? undefined : table.find(method, path)
  if (!found) return { status: 404, text: '' }
  let ids: unknown
  const served = echo(found.target, (arrived) => (ids = arrived))
  const request = new HttpRequest({ method, url: url.href, params: { ...found.values } })
  const context = new InvocationContext({ functionName: served.name, logHandler: () => undefined })
  const response = await serveHttp(served, services)(request, context)
  return {
    status: response.status ?? 200,
    ids,
    by: found.target.name,
    text: typeof response.body === 'string' ? response.body : '',
  }
}

const withIds = definitions.filter(({ params }) => params !== undefined)
const fixed: Readonly<Record<string, string>> = { source: 'repository', docType: 'architecture', date: '2026-01-15' }
const namesOf = ({ route }: HttpDefinition): string[] => [...route.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
const pathOf = (definition: HttpDefinition, ids: Readonly<Record<string, string>>): string =>
  `/api/${definition.route.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? ''))}`

const pieces = ['/', '%', '%2F', '%2f', '%252F', '%25', '\\', '+', '.', '..', ' ', '?', '#', '&', '=', ':', '@', ';']
const anyId = fc
  .array(
    fc.oneof(fc.constantFrom(...pieces, 'grp', 'a', 'é', '日', '😀', '%FF', '%C3%A9'), fc.string({ maxLength: 4 })),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''))
  // What looks like a secret, as `-u a:b` does, is refused by some routes.
  .filter((id) => redactSecrets(id) === id)
  // oxlint-disable-next-line no-control-regex
  .filter((id) => id.length > 0 && id.length <= 200 && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(id))

const idsFor = (definition: HttpDefinition): fc.Arbitrary<Readonly<Record<string, string>>> =>
  fc.record(
    Object.fromEntries(namesOf(definition).map((name) => [name, fixed[name] ? fc.constant(fixed[name]) : anyId])),
  )

describe('ids that others choose', () => {
  it('can hold a slash on every route, for they have another way in', async () => {
    const without: string[] = []
    for (const definition of withIds)
      for (const [name, schema] of Object.entries(await shapeOf(definition.params)))
        if (schema.safeParse('grp/proj').success && definition.queryRoute === undefined)
          without.push(`${definition.name}: ${name}`)
    expect(without).toEqual([])
    expect(withIds.filter(({ queryRoute }) => queryRoute !== undefined).length).toBeGreaterThan(10)
  })

  it.each(withIds.map((definition) => [definition.name, definition] as const))(
    '%s: by path it is the very id that arrives, or none',
    async (_, definition) => {
      await fc.assert(
        fc.asyncProperty(idsFor(definition), async (ids) => {
          const { status, ids: arrived, by, text } = await send(definition.method, pathOf(definition, ids))
          // An id of dots alone is resolved by the client, and leads elsewhere.
          if (Object.values(ids).some((id) => /^\.{1,2}$/.test(id)) || by === undefined) return
          expect(by).toBe(definition.name)
          if (status === 200) expect(arrived).toEqual(ids)
          else
            expect({ status, text }).toMatchObject({ status: 400, text: expect.stringContaining('params.') as string })
        }),
        { numRuns: isLong ? 300 : 30 },
      )
    },
  )

  it.each(
    definitions
      .filter(({ pathForm }) => pathForm !== undefined)
      .map((definition) => [definition.name, definition] as const),
  )('%s: by query every id arrives', async (_, definition) => {
    const path = withIds.find(({ name }) => name === definition.pathForm)
    if (!path) throw new Error(`${definition.name} is the query form of nothing.`)
    await fc.assert(
      fc.asyncProperty(idsFor(path), async (ids) => {
        const query = new URLSearchParams({ ...ids }).toString()
        const { status, ids: arrived, by } = await send(definition.method, `/api/${definition.route}?${query}`)
        expect({ status, by, arrived }).toEqual({ status: 200, by: definition.name, arrived: ids })
      }),
      { numRuns: isLong ? 100 : 20 },
    )
  })

  it.each(withIds.flatMap((definition) => (queryFormOf(definition) ? [[definition.name, definition] as const] : [])))(
    '%s refuses by path what no path can hold, and says how to send it',
    async (_, definition) => {
      for (const id of ['a%2Fb', 'a%2fb', 'a\\b', '%FF']) {
        const names = namesOf(definition)
        const own = Object.fromEntries(names.map((name) => [name, fixed[name] ?? id]))
        const answer = await send(definition.method, pathOf(definition, own))
        expect(answer).toMatchObject({ status: 400, ids: undefined })
        expect(JSON.parse(answer.text)).toMatchObject({
          title: 'The request is not valid',
          detail: `An id cannot be part of a path. Send it in the query: ${queryFormOf(definition) ?? ''}.`,
        })
      }
    },
  )

  it.each(withIds.map((definition) => [definition.name, definition] as const))(
    '%s: an encoded slash reaches no function',
    async (_, definition) => {
      const ids = Object.fromEntries(namesOf(definition).map((name) => [name, 'grp/proj']))
      expect(await send(definition.method, pathOf(definition, ids))).toEqual({ status: 404, text: '' })
    },
  )
})
