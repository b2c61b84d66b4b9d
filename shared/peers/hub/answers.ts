// What this suite reads of Hub's answers. Products that it does not know are left out, and what a user may do is never more than Hub says in
// words that are known here.
import * as z from 'zod'
import { areOf } from '../../peer-client/id-pages.ts'
import { needing, reading } from '../../schema/reading.ts'
import {
  HubAdjustment,
  HubOrganization,
  HubOrganizationPage,
  HubProblem,
  HubUsage,
  HubUsageDiffers,
  HubUsageList,
  HubUser,
  HubUserPage,
} from './contract.ts'

export const ReadHubOrganization = reading(needing(HubOrganization, ['id', 'status', 'products']))
export type ReadHubOrganization = z.output<typeof ReadHubOrganization>

/** Another organization than the one that is meant is no answer: one would be taken for active that is suspended. */
export const readHubOrganizationOf = (id: string) =>
  ReadHubOrganization.refine((organization) => organization.id === id, {
    error: 'This is another organization than the one that is meant',
    path: ['id'],
  })

/** One user whose address or name nobody else would take keeps the others of a page from nothing. */
const AnyUser = HubUser.extend({ email: z.string(), firstName: z.string(), lastName: z.string() })

export const ReadHubUser = reading(
  needing(AnyUser, ['id', 'email', 'firstName', 'lastName', 'status', 'orgRole', 'products', 'version']),
)
export type ReadHubUser = z.output<typeof ReadHubUser>

/** Another user than the one that is meant is no answer: somebody would get the rights of someone else. */
export const readHubUserOf = (id: string) =>
  ReadHubUser.refine((user) => user.id === id, {
    error: 'This is another user than the one that is meant',
    path: ['id'],
  })

export const ReadHubOrganizationPage = reading(
  HubOrganizationPage.extend({ organizations: z.array(ReadHubOrganization) }),
)
export type ReadHubOrganizationPage = z.output<typeof ReadHubOrganizationPage>

export const ReadHubUserPage = reading(HubUserPage.extend({ users: z.array(ReadHubUser) }))
export type ReadHubUserPage = z.output<typeof ReadHubUserPage>

/** Whom Hub knows. */
const KnownHubUser = reading(needing(AnyUser, ['id']))
export type KnownHubUser = z.output<typeof KnownHubUser>

/** Of others one would read that Hub knows none of those who were asked for. */
export const readKnownHubUsersOf = (ids: readonly string[]) =>
  reading(HubUserPage.extend({ users: z.array(KnownHubUser) })).refine(
    ({ users }) =>
      areOf(
        ids,
        users.map(({ id }) => id),
      ),
    { error: 'Others than those asked for', path: ['users'] },
  )

export const ReadHubProblem = reading(needing(HubProblem, []))

const ReadHubAdjustment = reading(needing(HubAdjustment, ['id', 'delta']))
export type ReadHubAdjustment = z.output<typeof ReadHubAdjustment>

export const readHubAdjustmentOf = (id: string, delta: number) =>
  ReadHubAdjustment.refine((answered) => answered.id === id && answered.delta === delta, {
    error: 'This is another adjustment than the one that was sent',
  })

const AdjustedUsage = HubUsage.extend({ adjustments: z.array(needing(HubAdjustment, ['delta'])) })
export const ReadHubUsage = reading(needing(AdjustedUsage, ['date', 'quantity']))
export type ReadHubUsage = z.output<typeof ReadHubUsage>

const ReadAdjustedUsage = reading(needing(AdjustedUsage, ['date', 'quantity', 'adjustments']))
export type ReadAdjustedUsage = z.output<typeof ReadAdjustedUsage>

export const ReadHubUsageList = reading(HubUsageList.extend({ usage: z.array(ReadHubUsage) }))

/** What Hub says of another day, or of another quantity, would be billed wrongly in this one's place. */
const isNone = 'This is the usage of another day, or its quantity does not go with the status'

export const readRecordedUsage = (date: string, quantity: number) =>
  ReadHubUsage.refine((usage) => usage.date === date && usage.quantity === quantity, { error: isNone })

export const readOtherUsage = (date: string, quantity: number) =>
  reading(
    needing(
      HubUsageDiffers.extend({
        usage: ReadAdjustedUsage.refine((usage) => usage.date === date && usage.quantity !== quantity, {
          error: isNone,
        }),
      }),
      ['usage'],
    ),
  )
