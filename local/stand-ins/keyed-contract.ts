// A contract of the usual kind: the integration key and the tenant are in headers, bodies are JSON. What it says of an operation is checked
// here, so that who answers it gets ids and a body that are right.
import type { BodyRead, PathParams, PeerContract, PeerOperation } from '../../shared/peer-client/operation.ts'
import {
  type Answer,
  type Route,
  findRoute,
  headerOf,
  noSuchRoute,
  problem,
  readJsonBody,
  validated,
} from './http-exchange.ts'
import { registrationContract } from '../../shared/peers/registration/operations.ts'
import type { KeyRegistry } from './key-registry.ts'
import { type StandIn, carryOut } from './stand-in.ts'
import type { FaultsAndCounts } from './stand-in-control.ts'

export type OperationInput<Operation extends PeerOperation> = {
  /** Empty for an operation that concerns none. */
  readonly tenantId: string
  /** Of the key that the caller came with; `setting` for one that the stand-in was started with. */
  readonly keyId: string
  /** On whose behalf it is asked; empty for an operation that names no user. */
  readonly userId: string
  readonly params: PathParams<Operation['path']>
  readonly query: URLSearchParams
  readonly body: BodyRead<Operation>
}

/** Who answers each operation of a contract: one that is missing does not compile. */
export type Answers<Contract extends PeerContract> = {
  readonly [Name in keyof Contract['operations']]: (input: OperationInput<Contract['operations'][Name]>) => Answer
}

type AnyInput = {
  readonly tenantId: string
  readonly keyId: string
  readonly userId: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: unknown
}
/** Faults and counts know it by its name in the contract. */
type Answered = {
  readonly name: string
  readonly isTenantless: boolean
  readonly isAsUser: boolean
  readonly takesRegistrationKey: boolean
  readonly run: (input: AnyInput) => Answer
}

const routesOf = <Contract extends PeerContract>({ operations }: Contract, answers: Answers<Contract>) =>
  Object.entries(operations).map(([name, operation]): Route<Answered> => {
    const answer = answers[name] as unknown as (input: AnyInput) => Answer
    const run = (input: AnyInput): Answer =>
      withParams(operation, input, () => withBody(operation, input.body, (body) => answer({ ...input, body })))
    return {
      method: operation.method,
      path: operation.path,
      handler: {
        name,
        isTenantless: operation.tenantless ?? false,
        isAsUser: operation.asUser ?? false,
        takesRegistrationKey: operations === registrationContract.operations && name !== 'tryKey',
        run,
      },
    }
  })

const withParams = ({ params = {} }: PeerOperation, input: AnyInput, use: () => Answer): Answer =>
  Object.entries(params).reduceRight<() => Answer>(
    (next, [name, schema]) =>
      () =>
        validated(schema, input.params[name], next),
    use,
  )()

const withBody = ({ body = {} }: PeerOperation, given: unknown, use: (body: unknown) => Answer): Answer => {
  const [schema] = Object.values(body)
  return schema ? validated(schema, given, use) : use(undefined)
}

type KeyedContract<Contract extends PeerContract> = FaultsAndCounts & {
  readonly contract: Contract
  readonly answers: Answers<Contract>
  readonly registry: KeyRegistry
  /** Every tenant when left out. */
  readonly mayActFor?: (tenantId: string) => boolean
  /** What a browser gets at a path outside the contract; `undefined` when there is nothing. */
  readonly page: (pathname: string) => Answer | undefined
}

/** The checks come after the faults: a peer that is down does not look at keys. */
export const answerKeyed = <const Contract extends PeerContract>(keyed: KeyedContract<Contract>): StandIn['answer'] => {
  const { faults, counts, contract, answers, registry, mayActFor = () => true, page } = keyed
  const { headers } = contract
  const routes = [...routesOf(contract, answers), ...routesOf(registrationContract, registrationAnswers(registry))]
  return async ({ request, response, method, pathname, query }) => {
    const matched = findRoute(routes, method, pathname)
    if (!matched) return (method === 'GET' ? page(pathname) : undefined) ?? noSuchRoute
    const read = await readJsonBody(request)
    if ('refusal' in read) return read.refusal
    const { name, isTenantless, isAsUser, takesRegistrationKey, run } = matched.handler
    const given = headerOf(request, headers.key)
    const tenantId = headers.tenant === undefined ? undefined : headerOf(request, headers.tenant)
    const userId = headers.user === undefined ? undefined : headerOf(request, headers.user)
    return carryOut({ faults, counts }, { name, tenantId }, response, () => {
      const keyId = takesRegistrationKey
        ? registry.mayRegister(given) && 'registration'
        : registry.accept(given, tenantId)
      if (!keyId) return problem(401, 'The integration key is not valid')
      if (tenantId === undefined && !isTenantless) return problem(400, `The header ${headers.tenant} is missing`)
      if (tenantId !== undefined && !mayActFor(tenantId)) return problem(403, 'The key may not act for this tenant')
      if (userId === undefined && isAsUser) return problem(400, `The header ${headers.user} is missing`)
      return run({
        tenantId: tenantId ?? '',
        keyId,
        userId: userId ?? '',
        params: matched.params,
        query,
        body: read.value,
      })
    })
  }
}

const listedMax = 100

const registrationAnswers = (registry: KeyRegistry): Answers<typeof registrationContract> => ({
  registerKey: ({ tenantId, params: { keyId }, body }) => {
    const registered = registry.register(tenantId, keyId, body)
    if (registered === 'conflict') return problem(409, 'The key is retired, or it is another one')
    return { status: 200, body: registered }
  },
  listKeys: ({ tenantId }) => ({ status: 200, body: { keys: registry.list(tenantId).slice(0, listedMax) } }),
  retireKey: ({ tenantId, params: { keyId } }) => {
    const retired = registry.retire(tenantId, keyId)
    return retired ? { status: 200, body: retired } : problem(404, 'There is no such key')
  },
  tryKey: ({ keyId }) =>
    keyId === 'setting' ? problem(404, 'The key was not registered') : { status: 200, body: { keyId } },
})
