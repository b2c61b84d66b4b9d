// Input that is broken, hostile or merely odd, on every route that takes any: refused with the right problem and without effect,
// or taken as it is.
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { all } from '../../functions/apps/all.ts'
import { ticketTable } from '../../functions/code/tickets/ticket-table.ts'
import { createStore } from '../../shared/store/store.ts'
import { bodyBytesMaxUsual, type HttpDefinition } from '../../shared/triggers/http.ts'
import { exchange } from '../../packages/functions-host/test/conformance/raw-http.ts'
import { type Client, newClient, newTenantId } from '../support/browser-client.ts'
import { vulnerability } from '../support/findings.ts'
import { expectProblem, notValid, problemOf } from '../support/problem.ts'
import { type Ticketing, startTicketing } from '../support/ticketing.ts'
import { samplePathOf } from '../support/sample-path.ts'
import { oneOfEach } from '../support/thoroughness.ts'
import { welcome } from '../support/welcome.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const httpDefinitions = all.definitions.filter((definition) => definition.kind === 'http')
const withBody = httpDefinitions
  // The door for clients of the OpenAI API refuses in the form of that API: its own tests hold it to that.
  .filter(({ body, wire }) => body !== undefined && wire === undefined)
  .map((definition) => [definition.name, definition] as const)
/** One function for each form of bodies, and for each limit: what the others do with a body is the same code. */
const eachForm = oneOfEach(withBody, ([, { accepts }]) => JSON.stringify(accepts))
const eachLimit = oneOfEach(withBody, ([, { bodyBytesMax }]) => JSON.stringify(bodyBytesMax))
const withQuery = httpDefinitions
  .filter(({ query }) => query !== undefined)
  .map((definition) => [definition.name, definition] as const)

let technician: Ticketing
let before: unknown

const state = async () => ({
  // From the table: the list over HTTP has a limit of calls a minute.
  listed: (await store.open(ticketTable).ticket.list({ tenantId: technician.tenantId }, { limit: 100 })).rows.map(
    ({ value: { ref, title, findings } }) => ({ ref, title, findings }),
  ),
  psa: await technician.psa.tickets(),
})
const expectNothingChanged = async (): Promise<void> => expect(await state()).toEqual(before)

beforeAll(async () => {
  technician = await startTicketing({ urls, settings })
  await technician.file(vulnerability())
  before = await state()
})

/** The technician, from a new address, so that no rate limit is met. */
const caller = (): Client =>
  newClient(urls, { cookie: [...technician.client.cookies].map(([name, value]) => `${name}=${value}`).join('; ') })

const credentials = new Map<string, Promise<Record<string, string>>>()
const tenantId = newTenantId()

const credentialsFor = (definition: HttpDefinition): Promise<Record<string, string>> => {
  const rule = JSON.stringify(definition.callers[0])
  const known = credentials.get(rule) ?? welcome({ urls, store, tenantId }, definition)
  credentials.set(rule, known)
  return known
}

/** Somebody whom the function takes, from a new address, so that no rate limit is met. */
const callerOf = async (definition: HttpDefinition): Promise<Client> =>
  newClient(urls, await credentialsFor(definition))

const send = async (
  definition: HttpDefinition,
  body: NonNullable<RequestInit['body']> | null,
  contentType: string | null = 'application/json',
): Promise<Response> =>
  (await callerOf(definition)).fetch(samplePathOf(definition), {
    method: definition.method,
    body,
    headers: contentType === null ? {} : { 'content-type': contentType },
  })

const withMore = (path: string, query: string): string => `${path}${path.includes('?') ? '&' : '?'}${query}`

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const brackets = 100_000
const notJson = problemOf('malformed-request', 'The body is not valid JSON.')
const notATime = 'must be a time with Z or an offset, such as 2026-11-28T09:30:00Z or 2026-11-28T10:30:00+01:00'
const notUtf8 = problemOf('malformed-request', 'The body is not valid UTF-8.')

describe('a body', () => {
  it.each(withBody)('is refused by %s when it is cut off, of the wrong type or no object', async (_, definition) => {
    await expectProblem(await send(definition, '{"a":'), notJson)
    expect((await send(definition, bytes('{}'), 'text/plain')).status).toBe(415)
    await expectProblem(await send(definition, '[]'), notValid(['body', 'must be an object, not a list']))
    await expectNothingChanged()
  })
})

describe.each(eachForm)('the body of %s', (_, definition) => {
  const accepted = { json: 'application/json', form: 'application/x-www-form-urlencoded' }
  const accepts = (definition.accepts ?? ['json']).map((format) => accepted[format])
  const wrongType = problemOf('unsupported-media-type', `The body must be ${accepts.join(' or ')}.`)

  it.each([
    ['empty', ''],
    ['white space', ' \n'],
    ['cut off', '{"a":'],
    ['of two values', '{}{}'],
    ['with a trailing comma', '{"a":1,}'],
    ['with a comment', '{}//'],
    ['with single quotes', "{'a':1}"],
    ['with a raw control character', '{"a":"\u0000"}'],
    ['with NaN', '{"a":NaN}'],
    ['XML', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'],
  ])('is refused when it is %s', async (_title, body) => {
    await expectProblem(await send(definition, body), notJson)
    await expectNothingChanged()
  })

  it('is refused without a body at all', async () => {
    await expectProblem(await send(definition, null), notJson)
    await expectProblem(await send(definition, null, null), wrongType)
  })

  it.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/json+x',
    'application/jsonp',
    'multipart/form-data; boundary=x',
    'application/xml',
    '',
    ';',
    'application/json, text/plain',
    'x'.repeat(1_000),
  ])('is refused as %j', async (contentType) => {
    await expectProblem(await send(definition, bytes('{}'), contentType), wrongType)
    await expectNothingChanged()
  })

  it('is refused as a form where only JSON is taken', async () => {
    const response = await send(definition, 'a=1', accepted.form)
    if (accepts.includes(accepted.form)) expect(response.status).toBe(400)
    else await expectProblem(response, wrongType)
  })

  it('is refused without a content type, and with two', async () => {
    await expectProblem(await send(definition, bytes('{}'), null), wrongType)
    const { status, problem } = await rawPost(definition, '{}', [
      'Content-Type: application/json',
      'Content-Type: application/json',
    ])
    expect({ status, problem }).toEqual({ status: 415, problem: wrongType })
  })

  it.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a character cut off', [0x22, 0xf0, 0x9f, 0x98, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])('is refused when it is not UTF-8: %s', async (_title, body) => {
    await expectProblem(await send(definition, Uint8Array.from(body)), notUtf8)
    await expectNothingChanged()
  })

  it.each([
    ['[]', 'a list'],
    ['[{}]', 'a list'],
    ['"text"', 'text'],
    ['17', 'a number'],
    ['-0.0', 'a number'],
    ['null', 'null'],
    ['true', 'true or false'],
  ])('is refused when it is %s', async (body, type) => {
    await expectProblem(await send(definition, body), notValid(['body', `must be an object, not ${type}`]))
    await expectNothingChanged()
  })

  it('is refused with a name twice, wherever it stands', async () => {
    const twice = problemOf('malformed-request', 'An object in the body has the same name twice.')
    for (const body of ['{"a":1,"a":1}', String.raw`{"a":1,"\u0061":2}`, '{"list":[{"a":{"b":1,"b":2}}]}'])
      await expectProblem(await send(definition, body), twice)
    await expectNothingChanged()
  })
})

describe.each(eachLimit)('a large body of %s', (_, definition) => {
  const bytesMax = definition.bodyBytesMax ?? bodyBytesMaxUsual
  const tooLarge = problemOf('body-too-large', `The body may have at most ${bytesMax} bytes.`)

  it('is refused one byte over the limit and read at the limit', async () => {
    await expectProblem(await send(definition, `"${'x'.repeat(bytesMax - 1)}"`), tooLarge)
    await expectProblem(
      await send(definition, `"${'x'.repeat(bytesMax - 2)}"`),
      notValid(['body', 'must be an object, not text']),
    )
    await expectNothingChanged()
  })

  it('is refused by what it says its length is, before it is judged', async () => {
    await expectProblem(await send(definition, new Uint8Array(bytesMax + 1).fill(0xff)), tooLarge)
  })

  // The app of a laptop has HTTP streaming on. Without it, no chunked body reaches a function on Azure, and it is refused as an empty one.
  it('is judged as any other when it is chunked, with the same limit', async () => {
    const bodies: readonly (readonly [string, typeof notJson])[] = [
      ['[]', notValid(['body', 'must be an object, not a list'])],
      ['xx', notJson],
      ['x'.repeat(bytesMax + 1), tooLarge],
    ]
    for (const [text, problem] of bodies) {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          controller.enqueue(bytes(text))
          controller.close()
        },
      })
      const response = await (
        await callerOf(definition)
      ).fetch(samplePathOf(definition), {
        method: definition.method,
        body,
        duplex: 'half',
        headers: { 'content-type': 'application/json' },
      })
      await expectProblem(response, problem)
    }
    await expectNothingChanged()
  })

  it('is refused when it is nested 100,000 deep', async () => {
    const open = bytesMax < 2 * brackets ? bytesMax / 2 : brackets
    await expectProblem(await send(definition, '['.repeat(open)), notJson)
    const tooDeep = problemOf('malformed-request', 'The body has too many levels.')
    await expectProblem(await send(definition, `${'['.repeat(open)}${']'.repeat(open)}`), tooDeep)
    await expectNothingChanged()
  })
})

const ask = async (definition: HttpDefinition, query: string): Promise<Response> =>
  (await callerOf(definition)).fetch(withMore(samplePathOf(definition), query), { method: definition.method })

describe('a query', () => {
  it.each(withQuery)('may not hold what %s does not know', async (_, definition) => {
    const refusal = notValid(['query.unknown', 'is not a field that is known here'])
    await expectProblem(await ask(definition, 'unknown=1'), refusal)
    await expectNothingChanged()
  })
})

describe.each(oneOfEach(withQuery, ([, { method }]) => method))('the query of %s', (_, definition) => {
  const get = (query: string): Promise<Response> => ask(definition, query)

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])('may not hold %s', async (name) => {
    await expectProblem(await get(`${name}=1`), notValid([`query.${name}`, 'is not a field that is known here']))
    await expectNothingChanged()
  })

  it('may not hold a name with hostile characters, and shows it without them', async () => {
    await expectProblem(
      await get(`${encodeURIComponent('<b>"\r\n\u202e')}${'x'.repeat(100)}=1`),
      notValid([`query._b_____${'x'.repeat(53)}`, 'is not a field that is known here']),
    )
  })

  it('may not hold a parameter twice, in any notation', async () => {
    for (const query of ['x=1&x=2', 'x=1&x=1', 'x=1&%78=2'])
      await expectProblem(await get(query), problemOf('malformed-request', 'The query has a parameter more than once.'))
  })

  it('may not spell a parameter otherwise', async () => {
    for (const name of ['LIMIT', 'limit[]', 'limit.x', ' limit'])
      expect((await get(`${encodeURIComponent(name)}=1`)).status).toBe(400)
  })
})

describe('the query of the list of tickets', () => {
  const list = (query: string): Promise<Response> => caller().fetch(`/api/code/tickets?${query}`)

  it.each(['0', '101', '-1', '1.5', '1e1', '0x10', '', ' 1', '１', 'NaN', '99999999999999999999', '1,2'])(
    'refuses the limit %j',
    async (limit) => {
      await expectProblem(
        await list(`limit=${encodeURIComponent(limit)}`),
        notValid(['query.limit', 'must be a number from 1 to 100']),
      )
    },
  )

  it('refuses what is no id of a finding', async () => {
    await expectProblem(await list('findingId='), notValid(['query.findingId', 'must not be empty']))
    await expectProblem(
      await list(`findingId=${'x'.repeat(201)}`),
      notValid(['query.findingId', 'must have at most 200 characters']),
    )
    for (const control of ['%00', '%0D%0A', '%1B', '%7F', '%C2%85', '%E2%80%A8'])
      await expectProblem(
        await list(`findingId=a${control}b`),
        notValid(['query.findingId', 'must have no control characters']),
      )
  })

  it.each(['x', '{}', 'bm90IGEgY3Vyc29y', "' or true", '../../x', '😀', 'x'.repeat(1_999)])(
    'refuses the cursor %s',
    async (cursor) => {
      await expectProblem(
        await list(`cursor=${encodeURIComponent(cursor)}`),
        problemOf('validation-failed', 'The cursor does not belong to this list.', {
          errors: [
            { path: 'query.cursor', message: 'Pass the nextCursor of the previous page, or omit it to start over.' },
          ],
        }),
      )
    },
  )

  it('refuses a cursor that is too long', async () => {
    await expectProblem(
      await list(`cursor=${'x'.repeat(10_000)}`),
      notValid(['query.cursor', 'must have at most 2,000 characters']),
    )
  })

  it('answers an empty list for ids that nobody has', async () => {
    for (const id of ['nobody', 'a/b\\c#d?e', '😀', 'مرحبا', "' or 1 eq 1", '../..', '%', 'a,b'])
      expect(await (await list(`findingId=${encodeURIComponent(id)}`)).json()).toEqual({
        tickets: [],
        psaAvailable: true,
      })
  })
})

describe('a finding', () => {
  const post = (body: unknown): Promise<Response> => caller().send('POST', '/api/code/tickets', body)
  const good = vulnerability()
  const unknown = 'is not a field that is known here'

  it.each(['__proto__', 'constructor', 'prototype', 'toJSON', 'unknown'])('may not have the field %s', async (name) => {
    const at = (open: string) => JSON.stringify(good).replace(open, `${open}"${name}":{"polluted":true},`)
    const inFinding = caller().fetch('/api/code/tickets', {
      method: 'POST',
      body: at('{'),
      headers: { 'content-type': 'application/json' },
    })
    await expectProblem(await inFinding, notValid([`body.${name}`, unknown]))
    const inRepository = caller().fetch('/api/code/tickets', {
      method: 'POST',
      body: at('"repository":{'),
      headers: { 'content-type': 'application/json' },
    })
    await expectProblem(await inRepository, notValid([`body.repository.${name}`, unknown]))
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    await expectNothingChanged()
  })

  it('may not have the tenant, the caller or anything else that is not its own to say', async () => {
    for (const name of ['tenantId', 'filedBy', 'status', 'id', 'clientName'])
      await expectProblem(await post({ ...good, [name]: 'x' }), notValid([`body.${name}`, unknown]))
    await expectProblem(await post({ findings: [good], tenantId: 'x' }), notValid(['body.tenantId', unknown]))
    await expectNothingChanged()
  })

  it.each([
    ['title', 17, 'must be text, not a number'],
    ['title', null, 'must be text, not null'],
    ['title', ['a'], 'must be text, not a list'],
    ['title', { toString: 'a' }, 'must be text, not an object'],
    ['title', '', 'must not be empty'],
    ['title', '   ', 'must not be empty'],
    ['title', 'a\ud800b', 'must be well-formed Unicode'],
    ['title', '\udc00', 'must be well-formed Unicode'],
    ['description', 'a\ud800', 'must be well-formed Unicode'],
    ['findingId', 17, 'must be text, not a number'],
    ['findingId', '', 'must not be empty'],
    ['findingId', 'x'.repeat(201), 'must have at most 200 characters'],
    ['findingId', 'x'.repeat(10_000), 'must have at most 200 characters'],
    ['findingId', 'a\tb', 'must have no control characters'],
    ['findingId', 'a\u007fb', 'must have no control characters'],
    ['findingId', 'a\ud800b', 'must be well-formed Unicode'],
    ['severity', 'CRITICAL', 'must be one of critical, high, medium, low'],
    ['severity', 0, 'must be one of critical, high, medium, low'],
    ['remediation', 'text', 'must be a list, not text'],
    ['remediation', { length: 1, 0: 'a' }, 'must be a list, not an object'],
    ['remediation', Array.from({ length: 31 }, () => 'step'), 'must have at most 30 items'],
    ['repository', null, 'must be an object, not null'],
    ['url', 'javascript:alert(1)', 'must be an http(s) URL of at most 2,000 characters'],
    ['url', 'data:text/html,x', 'must be an http(s) URL of at most 2,000 characters'],
    ['url', '/relative', 'must be an http(s) URL of at most 2,000 characters'],
    ['url', `https://x.example/${'x'.repeat(2_000)}`, 'must be an http(s) URL of at most 2,000 characters'],
    ['url', 'https://x.example/\ud800', 'must be well-formed Unicode'],
    ['detectedAt', '2026-03-01', notATime],
    ['detectedAt', '2026-13-01T00:00:00Z', notATime],
    ['detectedAt', 1_700_000_000, 'must be text, not a number'],
    ['cveId', 'CVE-26-1', 'must look like CVE-2026-12345'],
    ['cveId', `CVE-2026-${'1'.repeat(10_000)}`, 'must look like CVE-2026-12345'],
  ])('is refused for %s = %.40j', async (field, value, message) => {
    await expectProblem(await post({ ...good, [field]: value }), notValid([`body.${field}`, message]))
    await expectProblem(
      await post({ findings: [{ ...good, [field]: value }] }),
      notValid([`body.findings.0.${field}`, message]),
    )
    await expectNothingChanged()
  })

  it('is refused when fields lack, each by name', async () => {
    await expectProblem(
      await post({ type: 'vulnerability', cveId: 'CVE-2026-12345' }),
      notValid(
        ...['findingId', 'severity', 'title', 'description', 'remediation', 'repository', 'url', 'detectedAt'].map(
          (name) => [`body.${name}`, expect.stringMatching(/^(?:is missing|must be an http.*)$/)] as const,
        ),
      ),
    )
  })

  it('is refused with a type that is not known', async () => {
    for (const type of ['Vulnerability', '', null, 1, '__proto__', 'toString', ['vulnerability']])
      await expectProblem(
        await post({ ...good, type }),
        notValid(['body.type', 'must be one of vulnerability, access_issue, secret_detected, sunset_decision']),
      )
  })

  it('is refused with a value nested 100,000 deep, in a known field and in an unknown one', async () => {
    const deep = `${'['.repeat(brackets)}${']'.repeat(brackets)}`
    for (const body of [
      { ...good, title: 'deep' },
      { ...good, other: 'deep' },
    ])
      await expectProblem(
        await send(definitionOf('code-file-tickets'), JSON.stringify(body).replace('"deep"', deep)),
        problemOf('malformed-request', 'The body has too many levels.'),
      )
    await expectNothingChanged()
  })

  it('comes in lists of 1 to 50', async () => {
    await expectProblem(await post({ findings: [] }), notValid(['body.findings', 'must not be empty']))
    await expectProblem(
      await post({ findings: Array.from({ length: 51 }, () => good) }),
      notValid(['body.findings', 'must have at most 50 items']),
    )
    await expectProblem(await post({ findings: good }), notValid(['body.findings', 'must be a list, not an object']))
    await expectNothingChanged()
  })

  it('names at most 50 faults, and ten of them in the detail', async () => {
    const response = await post(
      Object.fromEntries([...Object.entries(good), ...Array.from({ length: 200 }, (_, index) => [`x${index}`, 1])]),
    )
    const { detail, errors } = (await response.json()) as { detail: string; errors: unknown[] }
    expect({ status: response.status, detail, errors: errors.length }).toEqual({
      status: 400,
      detail: `50 fields are not valid: ${Array.from({ length: 10 }, (_, index) => `body.x${index}`).join(', ')}.`,
      errors: 50,
    })
  })
})

describe('odd input that is fine', () => {
  const longest = 'ä'.repeat(200)
  it.each([
    ['with slashes and the like in its ids', 'a/b\\c#d?e%f&g=h+i j', 'A title/with\\these#too?'],
    ['with emoji', '😀👩‍👩‍👧‍👦', 'Broken 💥 build 🇩🇪'],
    ['in a script that runs from right to left', 'معرف-١', 'ثغرة أمنية في lodash'],
    ['with quotes, tags and templates', `'";<script>{{7*7}}\${x}`, `<img src=x onerror=alert(1)> ' or 1=1 --`],
    ['with combining characters as they were sent', 'e\u0301', 'Cafe\u0301 \u200f\u200e'],
    ['with ids that look like something else', '__proto__', 'constructor'],
    ['with ids of 200 characters', longest, 'x'.repeat(200)],
  ])('files and lists a finding %s', async (_title, id, title) => {
    const own = await startTicketing({ urls, settings })
    const finding = vulnerability({ findingId: id, title, repository: { id, name: title, organizationId: id } })
    const { status, ticket } = await own.file(finding)
    expect(status).toBe(201)
    const expected = { findings: [{ findingId: id, severity: finding.severity }], repository: { id, name: title } }
    expect(ticket).toMatchObject(expected)
    expect((await own.list()).tickets).toMatchObject([expected])
    expect((await own.list({ findingId: id })).tickets).toMatchObject([expected])
    const [kept] = await own.psa.tickets()
    expect(JSON.stringify(kept)).toContain(JSON.stringify(title.slice(0, 50)).slice(1, -1))
    expect((await own.file(finding)).status).toBe(200)
  })

  it('tells ids apart that look alike', async () => {
    const own = await startTicketing({ urls, settings })
    for (const findingId of ['é', 'e\u0301', 'É', 'a', 'A', 'a ', 'а'])
      expect((await own.file(vulnerability({ findingId, title: 'Same words' }))).status).toBe(201)
    for (const findingId of ['é', 'e\u0301', 'É', 'a', 'A', 'a ', 'а'])
      expect(
        (await own.list({ findingId })).tickets.flatMap(({ findings }) => findings.map((finding) => finding.findingId)),
      ).toEqual([findingId])
  })
})

describe('credentials that are given in odd ways', () => {
  const session = (): string => technician.client.cookies.get('code_session') ?? ''
  const get = (cookie: string): Promise<Response> => newClient(urls, { cookie }).fetch('/api/code/session')
  const twice = problemOf(
    'unauthenticated',
    "The request carries the cookie code_session more than once. Delete the site's cookies and sign in again.",
  )

  it('refuses two session cookies, also when both are the same', async () => {
    await expectProblem(await get(`code_session=${session()}; code_session=${'x'.repeat(43)}`), twice)
    await expectProblem(await get(`code_session=x; code_session=${session()}`), twice)
    await expectProblem(await get(`code_session=${session()}; a=b; code_session=${session()}`), twice)
    await expectProblem(await get(`code_session=; code_session=${session()}`), twice)
    await expectProblem(await get(`code_session=${session()}, code_session=x`), twice)
  })

  it('refuses two session cookies in two headers', async () => {
    const { status, problem } = await rawGet('/api/code/session', [
      `Cookie: code_session=${session()}`,
      'Cookie: code_session=x',
    ])
    expect({ status, problem }).toEqual({ status: 401, problem: twice })
  })

  it('refuses an oversized cookie', async () => {
    expect((await get(`code_session=${'x'.repeat(10_000)}`)).status).toBe(401)
    expect((await get(`code_session=${session()}${'x'.repeat(10_000)}`)).status).toBe(401)
    expect((await get(`code_session=${'x'.repeat(100_000)}`)).status).toBe(431)
  })

  it('finds its cookie among others, whatever they hold', async () => {
    expect((await get(`a="code_session=x; b=%00; xcode_session=x; code_session=${session()}; =; ;`)).status).toBe(200)
    expect((await get(`Code_Session=x; code_session=${session()}`)).status).toBe(200)
  })

  it('refuses two integration keys in two headers', async () => {
    const { integrationKey } = inject('stack')
    const once = await rawGet('/api/code/tickets', [`X-Integration-Key: ${integrationKey}`])
    expect(once.status).toBe(200)
    const { status } = await rawGet('/api/code/tickets', [
      `X-Integration-Key: ${integrationKey}`,
      `X-Integration-Key: ${integrationKey}`,
    ])
    expect(status).toBe(401)
  })
})

const definitionOf = (name: string): HttpDefinition => {
  const found = httpDefinitions.find((definition) => definition.name === name)
  if (!found) throw new Error(`There is no function ${name}.`)
  return found
}

/** What fetch does not send: headers given twice. */
const raw = async (method: string, path: string, headers: readonly string[], body = '') => {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: close',
    `Content-Length: ${body.length}`,
    ...headers,
  ]
  const answer = await exchange(urls.functions, `${lines.join('\r\n')}\r\n\r\n${body}`)
  const [head = '', content = ''] = answer.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), problem: JSON.parse(content) as unknown }
}
const rawGet = (path: string, headers: readonly string[]) => raw('GET', path, headers)
const rawPost = async (definition: HttpDefinition, body: string, headers: readonly string[]) => {
  const own = Object.entries(await credentialsFor(definition)).map(([name, value]) => `${name}: ${value}`)
  return raw(definition.method, samplePathOf(definition), [...headers, ...own], body)
}
