// The control API of a stand-in, for tests and for people at a laptop: its frame, and the routes that every stand-in has. No
// product has it; it is open on the loopback only.
import type { IncomingMessage } from 'node:http'
import type { Faults } from './faults.ts'
import { type Answer, type Match, type Route, done, problem, readJsonBody, validated } from './http-exchange.ts'
import type { RequestCounts } from './request-counts.ts'

type ControlInput = {
  /** `?tenantId=`: what the operation is limited to. */
  readonly tenantId: string | undefined
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Parsed JSON; `undefined` without a body. */
  readonly body: unknown
  /** Its body is read. */
  readonly request: IncomingMessage
}

export type Control = (input: ControlInput) => Answer | Promise<Answer>

/** Of the operations of one stand-in. */
export type FaultsAndCounts = { readonly faults: Faults; readonly counts: RequestCounts }

export const controlRoute = (method: string, path: string, handler: Control): Route<Control> => ({
  method,
  path,
  handler,
})

/** Faults to set, see and clear, and how often each operation was asked for. */
export const faultRoutes = ({ faults, counts }: FaultsAndCounts): readonly Route<Control>[] => [
  controlRoute('GET', '/_control/requests', ({ tenantId }) => ({
    status: 200,
    body: { counts: counts.list(tenantId) },
  })),
  controlRoute('GET', '/_control/faults', ({ tenantId }) => ({
    status: 200,
    body: { faults: faults.list(tenantId) },
  })),
  controlRoute('PUT', '/_control/faults', ({ tenantId, body }) =>
    validated(faults.List, body, (list) => {
      faults.set(list, tenantId)
      return done
    }),
  ),
  controlRoute('DELETE', '/_control/faults', ({ tenantId }) => {
    faults.clear(tenantId)
    return done
  }),
]

/** @param reset forgets the state of one tenant, or all of it; faults and counts go with it */
export const resetRoute = (
  { faults, counts }: FaultsAndCounts,
  reset: (tenantId: string | undefined) => void,
): Route<Control> =>
  controlRoute('POST', '/_control/reset', ({ tenantId }) => {
    reset(tenantId)
    faults.clear(tenantId)
    counts.reset(tenantId)
    return done
  })

export const answerControl = async (
  { handler, params }: Match<Control>,
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<Answer> => {
  if (isFromAnotherSite(request)) return problem(403, 'The request came from another site')
  const read = await readJsonBody(request)
  if ('refusal' in read) return read.refusal
  return handler({ tenantId: query.get('tenantId') ?? undefined, params, query, body: read.value, request })
}

/** A page in the person's browser must not change the stand-in, or order anything of it, behind their back. */
const isFromAnotherSite = ({ headers }: IncomingMessage): boolean => {
  const site = headers['sec-fetch-site']
  // Browsers leave the first one out for plain http, but for 127.0.0.1 and localhost.
  if (site === undefined) return headers.origin !== undefined && URL.parse(headers.origin)?.host !== headers.host
  return site !== 'none' && site !== 'same-origin'
}
