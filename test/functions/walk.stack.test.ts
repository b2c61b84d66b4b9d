// Walks every HTTP function of the suite, as it is registered: who is let in, who is not, and what every answer carries.
// It is made from the definitions, so that a function that is added later is walked as well.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { all } from '../../functions/apps/all.ts'
import type { CallerRule, Scope } from '../../shared/auth/caller.ts'
import type { SignInProduct } from '../../shared/auth/sign-in-product.ts'
import { operatorRoles, scopes } from '../../shared/auth/caller.ts'
import { createIntegrationKey } from '../../shared/auth/integration-key.ts'
import { endAccess } from '../../shared/auth/operator-access.ts'
import { signIns } from '../../shared/auth/sign-in.ts'
import { publicProducts } from '../../shared/http/public-product.ts'
import { orgRoles } from '../../shared/peers/hub/vocabulary.ts'
import { createStore } from '../../shared/store/store.ts'
import { type HttpDefinition, mediaTypeOf } from '../../shared/triggers/http.ts'
import { schemaOf } from '../../shared/triggers/schema-source.ts'
import { type Client, identity, newClient, newTenantId, signIn } from '../support/browser-client.ts'
import { expectProblem as expectProblemDocument, needsScope, problemOf } from '../support/problem.ts'
import { admittedOperator, operatorHeaders } from '../support/operators.ts'
import { psaControl } from '../support/psa-control.ts'
import { samplePathOf, sampleTenantId } from '../support/sample-path.ts'
import { oneOfEach } from '../support/thoroughness.ts'
import { welcome } from '../support/welcome.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const tenantId = newTenantId()
const products = Object.keys(signIns) as SignInProduct[]

const httpDefinitions = all.definitions.filter((definition) => definition.kind === 'http')
const named = httpDefinitions.map((definition) => [definition.name, definition] as const)
const takesAnyone = ({ callers }: HttpDefinition): boolean => callers.some(({ kind }) => kind === 'anyone')
const guarded = named.filter(([, definition]) => !takesAnyone(definition))
const changing = named.filter(([, { method }]) => method !== 'GET')

/** What the pipeline can tell apart before it calls the handler: it does the rest for all that are alike in this. */
const shapeOf = ([, { method, callers, body, wire, crossSite }]: (typeof named)[number]): string =>
  JSON.stringify([method, callers.map(({ kind }) => kind), body !== undefined, wire, crossSite])
const shapes = oneOfEach(named, shapeOf)
/** A correlation id is read before anything that else tells functions apart. */
const methodAndWireOf = ([, { method, wire }]: (typeof named)[number]): string => JSON.stringify([method, wire])
/** What decides who is let in, and in which form everybody else is refused. */
const rulesAndWireOf = ([, { callers, wire }]: (typeof named)[number]): string => JSON.stringify([callers, wire])
const eachRule = oneOfEach(guarded, rulesAndWireOf)

/** A name in the place of a parameter may be the name of another route. */
const matcherOf = (route: string): RegExp => new RegExp(`^/api/${route.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`)

/** Of all functions whose path it is, whatever their queries. */
const methodsAt = (path: string): ReadonlySet<string> => {
  const bare = path.split('?')[0] ?? ''
  const there = httpDefinitions.filter(({ route }) => matcherOf(route).test(bare))
  return new Set(there.map(({ method }) => method))
}

type Kind<Name extends CallerRule['kind']> = Extract<CallerRule, { kind: Name }>
const rulesOf = <Name extends CallerRule['kind']>({ callers }: HttpDefinition, kind: Name): readonly Kind<Name>[] =>
  callers.filter((rule): rule is Kind<Name> => rule.kind === kind)

const takesOperators = ({ callers }: HttpDefinition): boolean =>
  callers.some(({ kind }) => kind === 'operator' || kind === 'platform')
const ofOperators = guarded.filter(([, definition]) => takesOperators(definition))

/** Whose pages may call it: the product that the route begins with. */
const productOf = ({ route }: HttpDefinition): SignInProduct => (route.startsWith('ai/') ? 'ai' : 'code')

const call = (client: Client, definition: HttpDefinition, headers: Record<string, string> = {}): Promise<Response> =>
  client.fetch(samplePathOf(definition), { method: definition.method, headers })

const clients = new Map<string, Client>()
const sessionOf = (product: SignInProduct, role: (typeof orgRoles)[number]): Client => {
  const client = clients.get(`${product}|${role}`)
  if (!client) throw new Error(`Nobody is signed in to ${product} as ${role}.`)
  // With a jar of its own, so that the function that signs out leaves the others signed in.
  return newClient(urls, { cookie: [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ') })
}

const keys = new Map<string, Promise<string>>()
const keyFor = (granted: readonly (typeof scopes)[number][]): Promise<string> => {
  const name = granted.join()
  const known =
    keys.get(name) ??
    createIntegrationKey(store, {
      environment: 'test',
      tenantId,
      integration: 'code→psa',
      scopes: granted,
      now: new Date(),
    })
  keys.set(name, known)
  return known
}

const refusalTypeOf = ({ wire }: HttpDefinition): string =>
  wire === 'openai' ? 'application/json' : 'application/problem+json'

/** The refusal in the form of the definition's wire. */
const expectProblem = async (
  response: Response,
  expected: ReturnType<typeof problemOf>,
  definition?: HttpDefinition,
): Promise<void> => {
  if (definition?.wire !== 'openai') return expectProblemDocument(response, expected)
  expect([response.status, response.headers.get('content-type')]).toEqual([expected.status, 'application/json'])
  expect(await response.json()).toMatchObject({ error: { message: expected.detail } })
}

beforeAll(async () => {
  for (const product of products)
    for (const role of orgRoles)
      clients.set(`${product}|${role}`, await signIn(urls, identity({ tenantId, role, product })))
})

const credentials = new Map<string, Promise<Record<string, string>>>()
/** From a new address each time. Nobody signs out: who calls the end of a session has none. */
const welcomed = async (definition: HttpDefinition): Promise<Client> => {
  const rule = JSON.stringify(definition.callers[0])
  const known = credentials.get(rule) ?? welcome({ urls, store, tenantId }, definition)
  credentials.set(rule, known)
  return newClient(urls, await known)
}

/**
 * What an admitted caller gets who sends nothing: one of the declared answers, or the refusal of a body that is missing, or of
 * a thing named "sample". A function that answers anything else cannot be walked: give its query a default.
 */
const expectAdmitted = async (response: Response, definition: HttpDefinition): Promise<void> => {
  const expected = definition.body
    ? [415]
    : [
        ...Object.keys(definition.returns).map(Number),
        ...(definition.params || samplePathOf(definition).includes('?') ? [400, 404] : []),
        // Whoever is let in learns what is to be bought.
        ...(definition.errors?.includes('ai-tier-missing') ? [402] : []),
      ]
  const text = await response.text()
  expect({ expected, status: response.status, text }).toEqual({
    expected,
    text,
    status: expect.toBeOneOf(expected) as number,
  })
}

const requiredHeaders = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

const expectSafeHeaders = (response: Response): void => {
  const headers = Object.fromEntries(response.headers)
  expect(headers).toMatchObject({
    ...requiredHeaders,
    'x-correlation-id': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
  })
  expect(Object.keys(headers).filter((name) => /^(?:access-control-|x-powered-by$|server$)/.test(name))).toEqual([])
}

describe('the host', () => {
  it('runs exactly the functions that are registered, at their routes', async () => {
    const response = await fetch(`${urls.functions}/admin/functions`)
    const listed = z
      .array(z.object({ name: z.string(), invoke_url_template: z.string().nullable(), isDisabled: z.boolean() }))
      .parse(await response.json())
    expect(listed.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      all.definitions
        .map((definition) => ({
          name: definition.name,
          isDisabled: false,
          invoke_url_template:
            definition.kind === 'http' ? `${urls.functions}/api/${definition.route}`.toLowerCase() : null,
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    )
  })

  it('takes anyone at the doors of sign-in, at health and at documents, and nowhere else', () => {
    const open = httpDefinitions.filter(takesAnyone).map(({ route, method }) => `${method} ${route}`)
    const doors = new Set(
      products.flatMap((product) => [`GET ${product}/login`, `POST ${product}/session`, `DELETE ${product}/session`]),
    )
    for (const product of Object.keys(publicProducts)) doors.add(`GET ${product}/openapi.json`)
    expect(open.filter((door) => !doors.has(door) && !/^GET [a-z/]+\/health\/(?:live|ready)$/.test(door))).toEqual([])
  })

  it('takes posts from other sites where Hub hands users over, and nowhere else', () => {
    expect(httpDefinitions.filter(({ crossSite }) => crossSite === 'from-hub').map(({ name }) => name)).toEqual(
      products.map((product) => `${product}-open-session`),
    )
  })

  it('answers an empty 404 where there is no route', async () => {
    for (const path of [
      '/api',
      '/api/',
      '/api/nothing',
      '/api/code',
      '/api/code/tickets/extra',
      '/code/tickets',
      '/api/../x',
    ]) {
      const response = await newClient(urls).fetch(path)
      expect({ path, status: response.status, body: await response.text() }).toEqual({ path, status: 404, body: '' })
    }
  })

  it.each(oneOfEach([...new Set(httpDefinitions.map(samplePathOf))], (path) => [...methodsAt(path)].join()))(
    'answers an empty 404 to other methods at %s',
    async (path) => {
      const own = methodsAt(path)
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter(
        (other) => !own.has(other),
      )) {
        const response = await newClient(urls).fetch(path, { method })
        expect({ method, status: response.status, body: await response.text() }).toEqual({
          method,
          status: 404,
          body: '',
        })
      }
    },
  )
})

describe('who is let in', () => {
  it.each(named)('%s takes those whom its rules name', async (name, definition) => {
    const isFirstOfItsRules = [...shapes, ...eachRule].some(([first]) => first === name)
    for (const rule of isFirstOfItsRules ? definition.callers : definition.callers.slice(0, 1)) {
      if (rule.kind === 'session') {
        const enough = isFirstOfItsRules ? orgRoles.slice(0, orgRoles.indexOf(rule.atLeast) + 1) : [rule.atLeast]
        for (const role of enough)
          await expectAdmitted(await call(sessionOf(rule.product, role), definition), definition)
      } else if (rule.kind === 'integration') {
        const client = newClient(urls, { 'x-integration-key': await keyFor([rule.scope]) })
        await expectAdmitted(await call(client, definition), definition)
      } else if (rule.kind === 'operator' || rule.kind === 'platform') {
        await expectAdmitted(await call(await welcomed(definition), definition), definition)
      } else await expectAdmitted(await call(newClient(urls), definition), definition)
    }
  })

  it.each(guarded)('%s refuses a caller without credentials', async (_, definition) => {
    const wanted = [
      ...(rulesOf(definition, 'session').length > 0 ? ['a signed-in session'] : []),
      ...(rulesOf(definition, 'integration').length > 0 ? ['an integration key'] : []),
      ...(takesOperators(definition) ? ['the token of an operator'] : []),
    ]
    const response = await call(newClient(urls), definition)
    expect(response.headers.get('www-authenticate')).toBe(
      takesOperators(definition) ? 'Bearer' : 'Cookie, IntegrationKey',
    )
    await expectProblem(response, problemOf('unauthenticated', `This needs ${wanted.join(' or ')}.`), definition)
  })

  it.each(eachRule)(
    '%s refuses a session of another product, under its own name and under the right one',
    async (_, definition) => {
      const own = rulesOf(definition, 'session').map(({ product }) => product)
      for (const other of products.filter((product) => !own.includes(product))) {
        expect((await call(sessionOf(other, 'owner'), definition)).status).toBe(401)
        const value = clients.get(`${other}|owner`)?.cookies.get(signIns[other].cookie) ?? ''
        expect(value).toMatch(/^[\w-]{43}$/)
        for (const product of own) {
          const disguised = newClient(urls, { cookie: `${signIns[product].cookie}=${value}` })
          await expectProblem(
            await call(disguised, definition),
            problemOf('unauthenticated', `The session of ${signIns[product].name} has ended. Sign in again.`),
          )
        }
      }
    },
  )

  it.each(oneOfEach(guarded, shapeOf))('%s refuses sessions that were made up', async (_, definition) => {
    for (const { product } of rulesOf(definition, 'session'))
      for (const value of [
        '',
        'x',
        randomBytes(32).toString('base64url'),
        createHash('sha256').digest('base64url'),
        "' or 1 eq 1",
      ]) {
        const client = newClient(urls, { cookie: `${signIns[product].cookie}=${value}` })
        expect((await call(client, definition)).status).toBe(401)
      }
  })

  it.each(eachRule)('%s refuses every role below the least', async (_, definition) => {
    for (const rule of rulesOf(definition, 'session'))
      for (const role of orgRoles.slice(orgRoles.indexOf(rule.atLeast) + 1))
        await expectProblem(
          await call(sessionOf(rule.product, role), definition),
          problemOf('forbidden', `This needs at least the role ${rule.atLeast}.`),
        )
  })

  it.each(eachRule)('%s refuses an integration key that is not meant for it', async (_, definition) => {
    const needed: readonly Scope[] = rulesOf(definition, 'integration').map(({ scope }) => scope)
    const client = newClient(urls, {
      'x-integration-key': await keyFor(scopes.filter((scope) => !needed.includes(scope))),
    })
    await expectProblem(
      await call(client, definition),
      needed.length === 0
        ? problemOf('forbidden', 'This cannot be called with an integration key.')
        : needsScope(...needed),
      definition,
    )
  })
})

describe('what operators do', () => {
  const noAccess = problemOf(
    'forbidden',
    'You have no operator access to this organization now. Open one, with a reason.',
  )
  const neededOf = (definition: HttpDefinition) => [
    ...rulesOf(definition, 'operator').map(({ role }) => role),
    ...rulesOf(definition, 'platform').flatMap(({ roles }) => roles),
  ]
  const as = (headers: { readonly authorization: string }): Client =>
    newClient(urls, { authorization: headers.authorization })
  const parts = { directory: urls.operators, store }

  it.each(ofOperators)('%s refuses an operator without the role', async (_, definition) => {
    const needed = neededOf(definition)
    const others = operatorRoles.filter((role) => !needed.includes(role))
    const operator = await admittedOperator(parts, sampleTenantId, others)
    await expectProblem(
      await call(as(operator), definition),
      problemOf('forbidden', `This needs the role ${needed.join(' or ')}.`),
    )
  })

  it.each(oneOfEach(ofOperators, rulesAndWireOf).filter(([, { callers }]) => callers[0]?.kind === 'operator'))(
    '%s refuses an operator without an access, with one to another organization, and once it is over',
    async (_, definition) => {
      await expectProblem(await call(as(await operatorHeaders(urls.operators, operatorRoles)), definition), noAccess)
      const elsewhere = await admittedOperator(parts, newTenantId(), operatorRoles)
      await expectProblem(await call(as(elsewhere), definition), noAccess)
      const expired = { ...parts, now: new Date(Date.now() - 3_600_000) }
      await expectProblem(
        await call(as(await admittedOperator(expired, sampleTenantId, operatorRoles)), definition),
        noAccess,
      )
      const ended = await admittedOperator(parts, sampleTenantId, operatorRoles)
      await endAccess(store, { tenantId: sampleTenantId, operator: ended.actor }, new Date())
      await expectProblem(await call(as(ended), definition), noAccess)
    },
  )

  describe('with a token', () => {
    let operator: Awaited<ReturnType<typeof admittedOperator>>
    beforeAll(async () => {
      operator = await admittedOperator(parts, sampleTenantId, operatorRoles)
    })

    it.each(eachRule.filter(([, definition]) => !takesOperators(definition)))(
      '%s takes none of an operator, and asks for what it takes',
      async (_, definition) => {
        expect((await call(as(operator), definition)).status).toBe(401)
      },
    )
  })
})

describe('what every answer carries', () => {
  it.each(shapes)('%s sends the security headers with an answer and with a refusal', async (_, definition) => {
    const good = await call(await welcomed(definition), definition)
    expectSafeHeaders(good)
    const bad = await call(newClient(urls), definition, { 'sec-fetch-site': 'cross-site' })
    expectSafeHeaders(bad)
    const type = good.headers.get('content-type')
    const isEmpty = (await good.text()) === ''
    const source = definition.returns[good.status]
    const declared = (source && mediaTypeOf(await schemaOf(source))) ?? 'application/json'
    expect(isEmpty ? null : type).toBe(isEmpty ? null : good.status < 400 ? declared : refusalTypeOf(definition))
  })

  it.each(shapes)("%s continues the caller's trace and quotes its id", async (_, definition) => {
    const traceId = randomBytes(16).toString('hex')
    const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`
    const response = await call(newClient(urls), definition, { traceparent })
    expect(response.headers.get('x-correlation-id')).toBe(traceId)
  })

  it.each(shapes)('%s begins a trace of its own when the header is not one', async (_, definition) => {
    const traceId = '0'.repeat(32)
    const response = await call(newClient(urls), definition, { traceparent: `00-${traceId}-${'0'.repeat(16)}-01` })
    expect(response.headers.get('x-correlation-id')).toMatch(/^(?!0{32})[0-9a-f]{32}$/)
  })

  it.each(oneOfEach(named, methodAndWireOf))(
    '%s echoes a correlation id that is well-formed and replaces any other',
    async (_, definition) => {
      for (const good of [randomUUID(), 'a', 'x'.repeat(128), 'A.b_c:d-1'])
        expect(
          (await call(newClient(urls), definition, { 'x-correlation-id': good })).headers.get('x-correlation-id'),
        ).toBe(good)
      for (const bad of ['', 'x'.repeat(129), 'a b', '<script>', 'a,b', 'é', '{"a":1}'])
        expect(
          (await call(newClient(urls), definition, { 'x-correlation-id': bad })).headers.get('x-correlation-id'),
        ).toMatch(/^[0-9a-f]{32}$/)
    },
  )
})

describe('requests from other sites', () => {
  const owners = new Map<SignInProduct, string>()
  beforeAll(async () => {
    for (const product of products) {
      const { cookies } = await signIn(urls, identity({ tenantId, product, role: 'owner' }))
      owners.set(product, [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    }
  })

  const foreign: readonly Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin, cross-site' },
    { 'sec-fetch-site': 'cross-site', origin: settings['CODE_PUBLIC_URL'] ?? '' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${settings['CODE_PUBLIC_URL']}.evil.example` },
  ]

  const ownerOf = (definition: HttpDefinition): Client =>
    newClient(urls, { cookie: owners.get(productOf(definition)) ?? '' })
  const expectRefused = async (definition: HttpDefinition, headers: Record<string, string>): Promise<void> => {
    const site = headers['sec-fetch-site']
    const from = site === undefined ? 'another origin' : `a ${site} page`
    await expectProblem(
      await call(ownerOf(definition), definition, headers),
      problemOf(
        'cross-site-request',
        `The browser reports that this ${definition.method} comes from ${from}. Send it from the product's own pages.`,
      ),
      definition,
    )
  }

  const ownPagesOnly = changing.filter(([, { crossSite }]) => crossSite !== 'from-hub')

  it.each(ownPagesOnly)('%s refuses one', (_, definition) =>
    expectRefused(definition, { 'sec-fetch-site': 'cross-site' }),
  )

  it.each(oneOfEach(ownPagesOnly, shapeOf))('%s refuses each of them and changes nothing', async (_, definition) => {
    const product = productOf(definition)
    const before = await stateSeenBy(ownerOf(definition), product)
    for (const headers of foreign) await expectRefused(definition, headers)
    expect(await stateSeenBy(ownerOf(definition), product)).toEqual(before)
  })

  it.each(oneOfEach(ownPagesOnly, shapeOf))("%s takes them from the product's own pages", async (_, definition) => {
    const own = settings[signIns[productOf(definition)].publicUrl] ?? ''
    for (const headers of [
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'same-origin', origin: own },
      { origin: own },
    ])
      await expectAdmitted(await call(await welcomed(definition), definition, headers), definition)
  })

  /** What a request of the same people could have changed: the session itself, and the tickets on both sides. */
  const stateSeenBy = async (client: Client, product: SignInProduct) => ({
    session: await (await client.fetch(`/api/${product}/session`)).text(),
    tickets: await (
      await client.fetch('/api/code/tickets')
    )
      .text()
      .then((text) => text.replace(/"correlationId":"\w+"/, '')),
    psa: await psaControl(urls.psa, tenantId).tickets(),
  })
})
