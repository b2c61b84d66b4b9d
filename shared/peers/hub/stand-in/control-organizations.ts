// The part of the control API of the Hub stand-in that changes organizations and users, and publishes what came of it.
import { z } from 'zod'
import { HubOrganization, HubUser, Product } from '../contract.ts'
import { type Answer, type Route, done, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import type { HubControlParts } from './control-parts.ts'
import type { UserDraft } from './directory.ts'
import { eventsOfChange, originOf } from './events.ts'
import { type Control, controlRoute } from '../../../../local/stand-ins/stand-in-control.ts'

/** A tier of AI that is null is taken away. */
const own = { products: z.array(Product), aiTier: HubOrganization.shape.aiTier.nullable() }
/** What is left out stays, or is something sensible for a new one. */
const OrganizationChange = z.strictObject(HubOrganization.omit({ id: true }).extend(own).partial().shape)
const UserChange = z.strictObject(
  HubUser.omit({ id: true, version: true, updatedAt: true }).extend(own).partial().shape,
)
const UserDrafts = z.strictObject({
  users: z
    .array(UserChange.extend({ id: HubUser.shape.id }))
    .min(1)
    .max(1_000)
    .refine((users) => new Set(users.map(({ id }) => id)).size === users.length, 'has a user twice'),
})

export const organizationRoutes = (parts: HubControlParts): readonly Route<Control>[] => {
  const { directory } = parts
  const saveUser = (input: Input, change: z.output<typeof UserChange>) =>
    validated(HubUser.shape.id, input.params['userId'], (id) =>
      saveUsers(parts, input, [{ ...change, id }], ([changed], published) => ({
        status: changed?.before ? 200 : 201,
        body: { before: changed?.before ?? null, after: changed?.after, published },
      })),
    )
  return [
    controlRoute('PUT', '/_control/organizations/:id', ({ params: { id = '' }, body }) =>
      validated(OrganizationChange, body ?? {}, (change) =>
        validated(HubOrganization.shape.id, id, () => {
          const status = directory.organization(id) ? 200 : 201
          return { status, body: directory.putOrganization(id, change) }
        }),
      ),
    ),
    controlRoute('POST', '/_control/organizations/:id/reset', ({ params: { id = '' } }) => {
      for (const user of directory.users(id)) parts.sessions.end(id, user.id)
      directory.reset(id)
      parts.billing.reset(id)
      parts.faults.clear(id)
      parts.counts.reset(id)
      return done
    }),
    controlRoute('POST', '/_control/organizations/:id/users', (input) =>
      validated(UserDrafts, input.body, ({ users }) =>
        saveUsers(parts, input, users, (changed, published) => ({
          status: 201,
          body: { users: changed.map(({ after }) => after), published },
        })),
      ),
    ),
    controlRoute('PUT', '/_control/organizations/:id/users/:userId', (input) =>
      validated(UserChange, input.body ?? {}, (change) => saveUser(input, change)),
    ),
    controlRoute('PATCH', '/_control/organizations/:id/users/:userId', (input) =>
      validated(UserChange, input.body, (change) => {
        const { id = '', userId = '' } = input.params
        return directory.user(id, userId) ? saveUser(input, change) : problem(404, 'There is no such user')
      }),
    ),
  ]
}

type Input = Parameters<Control>[0]
type Changed = ReturnType<HubControlParts['directory']['saveUsers']>
type Published = Awaited<ReturnType<HubControlParts['publisher']['publish']>>

const saveUsers = async (
  { directory, publisher, sessions }: HubControlParts,
  { params: { id: tenantId = '' }, query, request }: Input,
  drafts: readonly UserDraft[],
  answer: (changed: Changed, published: Published) => Answer,
): Promise<Answer> => {
  const organization = directory.organization(tenantId)
  if (!organization)
    return problem(404, 'There is no such organization', { detail: 'PUT /_control/organizations/:id makes one.' })
  const changed = directory.saveUsers(organization, drafts)
  for (const { after } of changed) if (after.status === 'deactivated') sessions.end(tenantId, after.id)
  const origin = originOf(request)
  const isPublished = query.get('publish') !== 'false'
  const events = isPublished ? changed.map((change) => eventsOfChange(tenantId, change, origin)) : []
  return answer(changed, await publisher.publish(events))
}
