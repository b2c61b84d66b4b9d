// Functions of The One Code, served in this process to people who are signed in: to call them with services of the test's own.
import { randomInt } from 'node:crypto'
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions'
import type { OrgRole } from '../../../shared/peers/hub/contract.ts'
import type { Services } from '../../../shared/services.ts'
import type { HttpDefinition } from '../../../shared/triggers/http.ts'
import { serveHttp } from '../../../shared/triggers/http-pipeline.ts'
import { withQueryForms } from '../../../shared/triggers/query-form.ts'
import { type Urls, identity, signIn } from '../../support/browser-client.ts'

export type Person = {
  readonly tenantId: string
  readonly userId: string
  readonly send: (method: string, path: string, body?: unknown) => Promise<Response>
  /** The answer's status and body. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<readonly [status: number, body: unknown]>
}

type Call = {
  readonly method: string
  /** Below `/api/`. */
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export const servedCode = (definitions: readonly HttpDefinition[], services: Services) => {
  const lines: string[] = []
  const send = async ({ method, path, body, headers }: Call): Promise<Response> => {
    const url = new URL(`http://127.0.0.1/api/${path}`)
    const pathname = url.pathname.slice('/api/'.length)
    for (const definition of withQueryForms(definitions)) {
      const template = definition.route.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')
      const found = definition.method === method ? new RegExp(`^${template}$`).exec(pathname) : null
      if (!found) continue
      const params = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])
      const request = new HttpRequest({
        method,
        url: url.href,
        query: Object.fromEntries(url.searchParams),
        params: Object.fromEntries(params) as Record<string, string>,
        headers: {
          'x-forwarded-for': `10.0.${randomInt(256)}.${randomInt(256)}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: { string: JSON.stringify(body) } }),
      })
      const context = new InvocationContext({
        functionName: definition.name,
        logHandler: (_, line) => lines.push(String(line)),
      })
      return toResponse(await serveHttp(definition, services)(request, context))
    }
    throw new Error(`There is no function for ${method} ${path}.`)
  }
  return {
    /** What the functions have logged. */
    lines: lines as readonly string[],
    /** Without credentials, unless the headers have them. */
    send,
    /** Somebody who is signed in: of a new organization, unless told. */
    signIn: async (urls: Urls, role: OrgRole, tenant: { readonly tenantId?: string } = {}): Promise<Person> => {
      const who = identity({ role, ...tenant })
      const client = await signIn(urls, who)
      const headers = { cookie: `code_session=${client.cookies.get('code_session') ?? ''}` }
      const sendAs: Person['send'] = (method, path, body) =>
        send({ method, path, headers, ...(body !== undefined && { body }) })
      return {
        tenantId: who.tenantId,
        userId: who.userId,
        send: sendAs,
        ask: async (method, path, body) => {
          const response = await sendAs(method, path, body)
          const text = await response.text()
          return [response.status, text === '' ? undefined : (JSON.parse(text) as unknown)]
        },
      }
    },
  }
}

const toResponse = ({ status = 200, headers, body }: HttpResponseInit): Response =>
  new Response((body ?? null) as string | null, { status, headers: { ...(headers as Record<string, string>) } })
