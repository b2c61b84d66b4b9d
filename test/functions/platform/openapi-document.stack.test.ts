// The OpenAPI documents, against the definitions that they are made from and against what the running host really answers.
import { validate } from '@readme/openapi-parser'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { theoneaiApi } from '../../../functions/apps/theoneai-api.ts'
import { theonecodeApi } from '../../../functions/apps/theonecode-api.ts'
import type { SignInProduct } from '../../../shared/auth/sign-in-product.ts'
import { signIns } from '../../../shared/auth/sign-in.ts'
import { errorTable } from '../../../shared/error-table.ts'
import type { OrgRole } from '../../../shared/peers/hub/contract.ts'
import { publicProducts } from '../../../shared/http/public-product.ts'
import type { HttpDefinition } from '../../../shared/triggers/http.ts'
import { schemaOf } from '../../../shared/triggers/schema-source.ts'
import {
  type Client,
  beginLogin,
  claimsOf,
  hubToken,
  identity,
  newClient,
  signIn,
} from '../../support/browser-client.ts'
import { findingOfType, vulnerability } from '../../support/findings.ts'
import { isLong, oneOfEach } from '../../support/thoroughness.ts'
import { startTicketing } from '../../support/ticketing.ts'

const stack = inject('stack')
const { urls, settings } = stack

const Schema = z.record(z.string(), z.unknown())
const Content = z.record(z.string(), z.object({ schema: Schema }))
const Operation = z.object({
  operationId: z.string(),
  summary: z.string().min(10),
  description: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(
    z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']), required: z.boolean(), schema: Schema }),
  ),
  requestBody: z.object({ required: z.literal(true), content: Content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string().min(3), content: Content.optional() })),
})
const Document = z.object({
  openapi: z.string(),
  info: z.object({ title: z.string(), version: z.string() }),
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), Schema), securitySchemes: z.record(z.string(), Schema) }),
})
type Document = z.infer<typeof Document>

const fetchDocument = async (product: SignInProduct): Promise<unknown> =>
  (await newClient(urls).fetch(`/api/${product}/openapi.json`)).json()

const apps = { code: theonecodeApi, ai: theoneaiApi } as const
const products = Object.keys(apps) as SignInProduct[]
const httpOf = (product: SignInProduct): readonly HttpDefinition[] =>
  apps[product].definitions.filter((definition) => definition.kind === 'http')

const documents = new Map<SignInProduct, Document>()
beforeAll(async () => {
  for (const product of products) documents.set(product, Document.parse(await fetchDocument(product)))
})
const documentOf = (product: SignInProduct): Document => {
  const found = documents.get(product)
  if (!found) throw new Error(`There is no document of ${product}.`)
  return found
}
const productOf = ({ route }: HttpDefinition): SignInProduct => (route.startsWith('ai/') ? 'ai' : 'code')
const operationOf = (definition: HttpDefinition): z.infer<typeof Operation> => {
  const found = documentOf(productOf(definition)).paths[`/${definition.route}`]?.[definition.method.toLowerCase()]
  if (!found) throw new Error(`${definition.method} ${definition.route} is not in the document.`)
  return found
}
const validators = new Map<string, z.ZodType>()
/** What the schema of the document lets through: made from the document alone, not from what the functions use. */
const validatorOf = (definition: HttpDefinition, schema: z.infer<typeof Schema>): z.ZodType => {
  const product = productOf(definition)
  const key = `${product} ${JSON.stringify(schema)}`
  const known = validators.get(key)
  if (known) return known
  const whole = { ...schema, $defs: documentOf(product).components.schemas }
  const text = JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/')
  const validator = z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0])
  validators.set(key, validator)
  return validator
}

const everything = products.flatMap((product) =>
  httpOf(product).map((definition) => [definition.name, definition] as const),
)

const named = (name: string): HttpDefinition => {
  const found = everything.find(([candidate]) => candidate === name)?.[1]
  if (!found) throw new Error(`There is no function ${name}.`)
  return found
}

describe.each(products)('the OpenAPI document of %s', (product) => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await validate((await fetchDocument(product)) as Parameters<typeof validate>[0])
    expect(result).toMatchObject({ valid: true, warnings: [], specification: 'OpenAPI' })
    expect(documentOf(product).openapi).toMatch(/^3\.1\.\d$/)
  })

  it('names every HTTP function of the product, and no other', () => {
    const raw = documentOf(product)
    const listed = Object.entries(raw.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { operationId }]) => `${operationId}: ${method} ${path}`),
    )
    expect(listed.sort()).toEqual(
      httpOf(product)
        .map(({ name, method, route }) => `${name}: ${method.toLowerCase()} /${route}`)
        .sort(),
    )
    expect(raw.servers).toEqual([{ url: `${settings[signIns[product].publicUrl]}/api` }])
    expect(raw.info.title).toContain(signIns[product].name)
  })

  it('describes every named schema once, without anything of zod in it', () => {
    const raw = documentOf(product)
    expect(Object.keys(raw.components.schemas)).toContain('Problem')
    expect(JSON.stringify(raw)).not.toMatch(/"\$schema"|"\$defs"|"~standard"|#\/\$defs\//)
    const references = [...JSON.stringify(raw).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name ?? '',
    )
    expect(Object.entries(raw.components.schemas).filter(([, schema]) => '$ref' in schema)).toEqual([])
    expect(new Set(references)).toEqual(new Set(Object.keys(raw.components.schemas)))
  })
})

describe.each(Object.keys(publicProducts))('the server that the document of %s names', (product) => {
  it('answers', async () => {
    const address = `${urls.functions}/api/${product}/openapi.json`
    const { servers, paths } = Document.parse(await (await fetch(address)).json())
    expect(servers).toHaveLength(1)
    expect(Object.keys(paths)).toContain(`/${product}/health/live`)
    const server = new URL(servers[0]?.url ?? '', address).href
    expect((await fetch(`${server}/${product}/health/live`)).status).toBe(200)
  })
})

describe('an operation', () => {
  it.each(everything)('%s says who may call it', (_, definition) => {
    const { security, description } = operationOf(definition)
    expect(security).toEqual(
      definition.callers.map((rule) =>
        rule.kind === 'session'
          ? { [`${rule.product}Session`]: [] }
          : rule.kind === 'integration'
            ? { integrationKey: [rule.scope] }
            : rule.kind === 'operator'
              ? { operator: [rule.role] }
              : rule.kind === 'platform'
                ? { operator: rule.roles }
                : {},
      ),
    )
    for (const rule of definition.callers)
      expect(description).toContain(
        rule.kind === 'session'
          ? `as ${rule.atLeast} or more`
          : rule.kind === 'integration'
            ? rule.scope
            : rule.kind === 'operator'
              ? `the role ${rule.role} and an access to the organization`
              : rule.kind === 'platform'
                ? `the role ${rule.roles.join(' or ')}`
                : 'anyone',
      )
  })

  it.each(everything)('%s names every failure that it can end in', (_, definition) => {
    const { responses } = operationOf(definition)
    const isGuarded = definition.callers.every(({ kind }) => kind !== 'anyone')
    const codes = [
      ...(definition.errors ?? []),
      ...(['too-many-requests', 'not-configured', 'internal'] as const),
      ...(isGuarded ? (['unauthenticated', 'forbidden', 'storage-unavailable', 'peer-unavailable'] as const) : []),
      ...(definition.query || definition.body || definition.params ? (['validation-failed'] as const) : []),
      ...(definition.query || definition.body ? (['malformed-request'] as const) : []),
      ...(definition.body ? (['body-too-large', 'unsupported-media-type'] as const) : []),
      ...(definition.method !== 'GET' ? (['cross-site-request'] as const) : []),
      ...(definition.method !== 'GET' && isGuarded && definition.idempotencyKey === undefined
        ? (['idempotency-key-reused', 'request-in-progress', 'validation-failed'] as const)
        : []),
    ]
    for (const code of codes) {
      const response = responses[errorTable[code].status]
      if (definition.returns[errorTable[code].status]) expect(response).toBeDefined()
      else {
        expect([code, response?.description]).toEqual([
          code,
          expect.stringContaining(`${code}: ${errorTable[code].title}`),
        ])
        expect(Object.keys(response?.content ?? {})).toEqual([
          definition.wire === 'openai' ? 'application/json' : 'application/problem+json',
        ])
      }
    }
    for (const status of Object.keys(definition.returns)) expect(responses).toHaveProperty(status)
  })

  it.each(everything)('%s describes what it takes', async (_, definition) => {
    const { parameters, requestBody } = operationOf(definition)
    expect(requestBody !== undefined).toBe(definition.body !== undefined)
    if (definition.query) {
      const shape = Object.keys(z.toJSONSchema(await schemaOf(definition.query), { io: 'input' }).properties ?? {})
      expect(parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name)).toEqual(shape)
    }
  })
})

describe('what the document says of findings', () => {
  const schema = (): z.ZodType => {
    const definition = named('code-file-tickets')
    return validatorOf(definition, operationOf(definition).requestBody?.content['application/json']?.schema ?? {})
  }

  it('takes every type of finding, alone and in lists', () => {
    for (const make of Object.values(findingOfType)) {
      expect(schema().safeParse(make()).error).toBeUndefined()
      expect(schema().safeParse({ findings: [make(), make()] }).error).toBeUndefined()
    }
  })

  it('takes nothing else', () => {
    for (const bad of [
      {},
      [],
      null,
      { ...vulnerability(), tenantId: 'x' },
      { ...vulnerability(), severity: 'none' },
      { ...vulnerability(), title: 17 },
      { findings: [] },
      { findings: Array.from({ length: 51 }, () => vulnerability()) },
    ])
      expect(schema().safeParse(bad).success).toBe(false)
  })
})

describe('what the host answers', () => {
  /** Holds an answer against the document: status, content type and every member of the body. */
  const conforms = async (definition: HttpDefinition, response: Response): Promise<number> => {
    const documented = operationOf(definition).responses[response.status]
    const text = await response.text()
    const title = `${definition.name} ${response.status}: ${text}`
    if (!documented) throw new Error(`Not in the document: ${title}`)
    if (!documented.content) {
      expect([title, text]).toEqual([title, ''])
      return response.status
    }
    const type = response.headers.get('content-type') ?? ''
    const schema = documented.content[type]?.schema
    if (!schema) throw new Error(`The document has no ${type} for ${title}`)
    const parsed = validatorOf(definition, schema).safeParse(
      /^application\/(?:problem\+)?json$/.test(type) ? JSON.parse(text) : text,
    )
    expect([title, parsed.error?.issues]).toEqual([title, undefined])
    return response.status
  }
  const call = (client: Client, { method, route }: HttpDefinition, init: RequestInit = {}) =>
    client.fetch(`/api/${route.replaceAll(/\{[^}]+\}/g, 'sample')}`, { method, ...init })

  const signedIn = new Map<string, Promise<Client>>()
  /** Somebody of that role, from a new address each time. Who calls the end of a session has one of their own. */
  const personOf = async (product: SignInProduct, role: OrgRole, { name }: HttpDefinition): Promise<Client> => {
    const key = [product, role, ...(name.endsWith('-close-session') ? [name] : [])].join(' ')
    const known = signedIn.get(key) ?? signIn(urls, identity({ product, role }))
    signedIn.set(key, known)
    const { cookies } = await known
    return newClient(urls, { cookie: [...cookies].map(([cookie, value]) => `${cookie}=${value}`).join('; ') })
  }

  /** One function for each way through the pipeline: what it answers before the handler is the same for all of them. */
  const eachShape = oneOfEach(everything, ([, { method, callers, body, query, wire, accepts }]) =>
    JSON.stringify([method, callers.map(({ kind }) => kind), body !== undefined, query !== undefined, wire, accepts]),
  )

  it.each(everything)(
    'conforms for everyone who calls %s with nothing, with nonsense and as nobody',
    async (_, definition) => {
      const isTriedWhole = eachShape.some(([name]) => name === definition.name)
      const rule = definition.callers.find(({ kind }) => kind === 'session')
      const tooLong = `"${'x'.repeat(definition.bodyBytesMax ?? 65_536)}"`
      const bodies = isLong ? ['', '{}', '[]', '"x"', tooLong] : isTriedWhole ? ['{}', tooLong] : ['{}']
      const clients = [newClient(urls)]
      if (isTriedWhole)
        clients.push(
          newClient(urls, { 'x-integration-key': stack.integrationKey }),
          newClient(urls, { 'x-integration-key': 'x' }),
        )
      if (rule?.kind === 'session')
        for (const role of isLong ? (['owner', 'viewer'] as const) : (['owner'] as const))
          clients.push(await personOf(rule.product, role, definition))
      for (const client of clients) {
        if (isTriedWhole)
          await conforms(definition, await call(client, definition, { headers: { 'sec-fetch-site': 'cross-site' } }))
        if (definition.body)
          for (const body of bodies)
            await conforms(
              definition,
              await call(client, definition, {
                body,
                headers: { 'content-type': 'application/json', 'idempotency-key': '"' },
              }),
            )
        if (definition.query)
          for (const query of isTriedWhole ? ['?x=1', '?x=1&x=2'] : ['?x=1'])
            await conforms(
              definition,
              await client.fetch(`/api/${definition.route}${query}`, { method: definition.method }),
            )
        await conforms(definition, await call(client, definition))
      }
    },
  )

  it.each(products)('conforms from sign-in to sign-out of %s', async (product) => {
    const client = newClient(urls)
    const nonce = await beginLogin(client, product)
    const who = identity({ product, claims: { entitlements: ['hub'] } })
    const open = named(`${product}-open-session`)
    const token = (claims: Record<string, unknown>): Promise<string> =>
      hubToken(urls, { product, claims: { ...claimsOf(who), nonce, ...claims } })
    expect(await conforms(open, await client.send('POST', `/api/${product}/session`, { token: await token({}) }))).toBe(
      403,
    )
    const good = await token({ entitlements: ['hub', product] })
    expect(await conforms(open, await client.send('POST', `/api/${product}/session`, { token: good }))).toBe(200)
    expect(await conforms(open, await client.send('POST', `/api/${product}/session`, { token: good }))).toBe(401)
    const form = new URLSearchParams({ token: await token({ entitlements: [product] }) })
    expect(await conforms(open, await client.fetch(`/api/${product}/session`, { method: 'POST', body: form }))).toBe(
      303,
    )
    expect(await conforms(named(`${product}-read-session`), await client.fetch(`/api/${product}/session`))).toBe(200)
    expect(
      await conforms(
        named(`${product}-close-session`),
        await client.fetch(`/api/${product}/session`, { method: 'DELETE' }),
      ),
    ).toBe(204)
    for (let count = 0; count < 31; count++) await client.fetch(`/api/${product}/login`)
    expect(await conforms(named(`${product}-begin-login`), await client.fetch(`/api/${product}/login`))).toBe(429)
  })

  it('conforms in the life of tickets', async () => {
    const own = await startTicketing(stack)
    const [file, list] = [named('code-file-tickets'), named('code-list-tickets')]
    const finding = vulnerability()
    const key = { 'idempotency-key': 'a' }
    expect(await conforms(file, await own.post(finding, key))).toBe(201)
    expect(await conforms(file, await own.post(finding, key))).toBe(201)
    expect(await conforms(file, await own.post(vulnerability(), key))).toBe(422)
    expect(await conforms(file, await own.post(finding))).toBe(200)
    expect(await conforms(file, await own.post({ findings: Object.values(findingOfType).map((make) => make()) }))).toBe(
      200,
    )
    expect(await conforms(list, await own.client.fetch('/api/code/tickets?limit=2'))).toBe(200)
    await own.psa.setFaults({ kind: 'expired-key' })
    expect(await conforms(list, await own.client.fetch('/api/code/tickets'))).toBe(200)
    expect(await conforms(file, await own.post(vulnerability()))).toBe(502)
    await own.psa.setFaults({ kind: 'wrong-body' })
    expect(await conforms(file, await own.post(vulnerability()))).toBe(502)
    expect(await conforms(file, await own.post({ findings: [vulnerability(), finding] }))).toBeGreaterThanOrEqual(200)
  })
})
