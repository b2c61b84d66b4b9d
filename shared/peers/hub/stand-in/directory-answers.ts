// The directory of Hub's contract as the stand-in answers it: an operation for each route, with the checks that Hub makes.
import { z } from 'zod'
import {
  type HubOrganization,
  type HubOrganizationPage,
  HubUserId,
  type HubUserPage,
  hubHeaders,
  hubLimits,
} from '../contract.ts'
import type { hubContract } from '../operations.ts'
import { type Answer, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import type { HubDirectory } from './directory.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import { allOf, idsQuery, pageOf, pageQuery } from '../../../../local/stand-ins/paging.ts'

export const hubDirectoryAnswers = (directory: HubDirectory): DirectoryAnswers => {
  /** Of the path, which the header has to name. */
  const withOrganization = (tenantId: string, id: string, use: (organization: HubOrganization) => Answer): Answer => {
    if (tenantId !== id) return problem(403, `The header ${hubHeaders.tenant} names another organization than the path`)
    const organization = directory.organization(id)
    return organization ? use(organization) : problem(404, 'There is no such organization')
  }
  return {
    listOrganizations: ({ query }) =>
      validated(PageQuery, Object.fromEntries(query), (wanted) => {
        const { items, end } = pageOf(directory.organizations(), idOf, wanted)
        return { status: 200, body: { organizations: items, ...end } satisfies HubOrganizationPage }
      }),
    getOrganization: ({ tenantId, params }) =>
      withOrganization(tenantId, params.id, (organization) => ({ status: 200, body: organization })),
    listUsers: ({ tenantId, params, query }) =>
      withOrganization(tenantId, params.id, ({ id }) =>
        validated(UserQuery, Object.fromEntries(query), (wanted) => {
          if ('ids' in wanted) {
            const users = allOf(wanted.ids, (userId) => directory.user(id, userId))
            return { status: 200, body: { users } satisfies HubUserPage }
          }
          const { items, end } = pageOf(directory.users(id), idOf, wanted)
          return { status: 200, body: { users: items, ...end } satisfies HubUserPage }
        }),
      ),
    getUser: ({ tenantId, params }) =>
      withOrganization(tenantId, params.id, ({ id }) => {
        const user = directory.user(id, params.userId)
        return user ? { status: 200, body: user } : problem(404, 'There is no such user')
      }),
  }
}

type DirectoryAnswers = Pick<
  Answers<typeof hubContract>,
  'listOrganizations' | 'getOrganization' | 'listUsers' | 'getUser'
>

const idOf = ({ id }: { readonly id: string }): string => id

const PageQuery = pageQuery(hubLimits)
const UserQuery = z.union([idsQuery(HubUserId, hubLimits.idsPerRead), PageQuery])
