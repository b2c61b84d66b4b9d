// What a change of a user in Hub takes away: from every session, or from those of one product.
import type { SignInProduct } from '../../../shared/auth/caller.ts'
import type { Event } from '../../../shared/bus/event.ts'
import type { OrgRole } from '../../../shared/peers/hub/contract.ts'

type AccessEvent = Event<
  'hub.iam.user_deactivated' | 'hub.iam.permission_changed' | 'hub.iam.access_granted' | 'hub.iam.access_revoked'
>

type AccessChange = {
  readonly isDeactivated: boolean
  /** Set when the role is another one now, or may be. */
  readonly newRole: OrgRole | undefined
  /** Products with sessions here that the user had and has no longer. */
  readonly lostProducts: readonly SignInProduct[]
  /** Products with sessions here that the user has now. */
  readonly products: readonly SignInProduct[]
}

const signInProducts = ['code', 'ai'] as const satisfies readonly SignInProduct[]

/** A state before that is not told counts as another role. */
export const accessChangeOf = ({ type, data }: AccessEvent): AccessChange => {
  const { before, after } = data
  const has = (state: typeof before, product: SignInProduct): boolean => state?.products.includes(product) ?? false
  const isRevoked = (product: SignInProduct): boolean => type === 'hub.iam.access_revoked' && data.product === product
  const isOtherRole = before ? before.org_role !== after.org_role : type !== 'hub.iam.access_granted'
  return {
    isDeactivated: type === 'hub.iam.user_deactivated' || after.status === 'deactivated',
    newRole: isOtherRole || type === 'hub.iam.permission_changed' ? after.org_role : undefined,
    lostProducts: signInProducts.filter(
      (product) => !has(after, product) && (has(before, product) || isRevoked(product)),
    ),
    products: signInProducts.filter((product) => has(after, product)),
  }
}
