// The directory of Hub's contract as the stand-in answers it: an operation for each route, with the checks that Hub makes.
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import {
  type HubOperation,
  type HubOrganization,
  type HubOrganizationPage,
  HubUserId,
  type HubUserPage,
  hubHeaders,
  hubLimits,
} from '../../shared/peers/hub/contract.ts'
import { type Answer, type Route, headerOf, problem, validated } from './http-exchange.ts'
import type { HubDirectory } from './hub-directory.ts'
import { isAcceptedKey } from './integration-key.ts'
import { allOf, idsQuery, pageOf, pageQuery } from './paging.ts'

type Input = { readonly params: Readonly<Record<string, string>>; readonly query: URLSearchParams }

export type Operation = {
  readonly name: (query: URLSearchParams) => HubOperation
  readonly run: (input: Input) => Answer
}

export const createHubRoutes = (directory: HubDirectory): readonly Route<Operation>[] => {
  const withOrganization = ({ params }: Input, use: (organization: HubOrganization) => Answer): Answer => {
    const organization = directory.organization(params['id'] ?? '')
    return organization ? use(organization) : problem(404, 'There is no such organization')
  }

  const listOrganizations = ({ query }: Input): Answer =>
    validated(PageQuery, Object.fromEntries(query), (wanted) => {
      const { items, end } = pageOf(directory.organizations(), idOf, wanted)
      return { status: 200, body: { organizations: items, ...end } satisfies HubOrganizationPage }
    })

  const listUsers = (input: Input): Answer =>
    withOrganization(input, ({ id }) =>
      validated(UserQuery, Object.fromEntries(input.query), (wanted) => {
        if ('ids' in wanted) {
          const users = allOf(wanted.ids, (userId) => directory.user(id, userId))
          return { status: 200, body: { users } satisfies HubUserPage }
        }
        const { items, end } = pageOf(directory.users(id), idOf, wanted)
        return { status: 200, body: { users: items, ...end } satisfies HubUserPage }
      }),
    )

  const getUser = (input: Input): Answer =>
    withOrganization(input, ({ id }) => {
      const user = directory.user(id, input.params['userId'] ?? '')
      return user ? { status: 200, body: user } : problem(404, 'There is no such user')
    })

  const route = (path: string, name: Operation['name'], run: Operation['run']): Route<Operation> => ({
    method: 'GET',
    path,
    handler: { name, run },
  })
  return [
    route('/v1/organizations', () => 'listOrganizations', listOrganizations),
    route(
      '/v1/organizations/:id',
      () => 'getOrganization',
      (input) => withOrganization(input, (organization) => ({ status: 200, body: organization })),
    ),
    route('/v1/organizations/:id/users', (query) => (query.has('ids') ? 'getUsers' : 'listUsers'), listUsers),
    route('/v1/organizations/:id/users/:userId', () => 'getUser', getUser),
  ]
}

const idOf = ({ id }: { readonly id: string }): string => id

/**
 * Why the directory does not answer this request, if it does not.
 * @param tenantId of the path
 */
export const refusalOf = (
  request: IncomingMessage,
  keys: readonly string[],
  tenantId: string | undefined,
): Answer | undefined => {
  if (!isAcceptedKey(headerOf(request, hubHeaders.key), keys)) return problem(401, 'The integration key is not valid')
  const named = headerOf(request, hubHeaders.tenant)
  if (tenantId === undefined || named === tenantId) return undefined
  return named === undefined
    ? problem(400, `The header ${hubHeaders.tenant} is missing`)
    : problem(403, `The header ${hubHeaders.tenant} names another organization than the path`)
}

const PageQuery = pageQuery(hubLimits)
const UserQuery = z.union([idsQuery(HubUserId, hubLimits.idsPerRead), PageQuery])
