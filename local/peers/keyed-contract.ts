// A contract of the usual kind: the integration key and the tenant are in headers, bodies are JSON.
import { isAcceptedKey } from './integration-key.ts'
import { type Answer, type Route, findRoute, headerOf, noSuchRoute, problem, readJsonBody } from './http-exchange.ts'
import { type StandIn, carryOut } from './stand-in.ts'
import type { FaultsAndCounts } from './stand-in-control.ts'

export type OperationInput = {
  readonly tenantId: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Parsed JSON; `undefined` without a body. */
  readonly body: unknown
}

/** Faults and counts know it by its name in the contract. */
export type Operation<Name extends string> = { readonly name: Name; readonly run: (input: OperationInput) => Answer }

export const operationRoute = <Name extends string>(
  method: string,
  path: string,
  name: Name,
  run: Operation<Name>['run'],
): Route<Operation<Name>> => ({ method, path, handler: { name, run } })

type KeyedContract = FaultsAndCounts & {
  readonly routes: readonly Route<Operation<string>>[]
  /** Names of the headers. */
  readonly headers: { readonly key: string; readonly tenant: string }
  readonly keys: readonly string[]
  /** Every tenant when left out. */
  readonly mayActFor?: (tenantId: string) => boolean
  /** What a browser gets at a path outside the contract; `undefined` when there is nothing. */
  readonly page: (pathname: string) => Answer | undefined
}

/** The checks come after the faults: a peer that is down does not look at keys. */
export const answerKeyed =
  ({ faults, counts, routes, headers, keys, mayActFor = () => true, page }: KeyedContract): StandIn['answer'] =>
  async ({ request, response, method, pathname, query }) => {
    const matched = findRoute(routes, method, pathname)
    if (!matched) return (method === 'GET' ? page(pathname) : undefined) ?? noSuchRoute
    const read = await readJsonBody(request)
    if ('refusal' in read) return read.refusal
    const { name, run } = matched.handler
    const tenantId = headerOf(request, headers.tenant)
    return carryOut({ faults, counts }, { name, tenantId }, response, () => {
      if (!isAcceptedKey(headerOf(request, headers.key), keys)) return problem(401, 'The integration key is not valid')
      if (tenantId === undefined) return problem(400, `The header ${headers.tenant} is missing`)
      if (!mayActFor(tenantId)) return problem(403, 'The key may not act for this tenant')
      return run({ tenantId, params: matched.params, query, body: read.value })
    })
  }
