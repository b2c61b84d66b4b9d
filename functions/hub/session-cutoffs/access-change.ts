// What a change of a user in Hub takes away: from every session, or from those of one product.
import type { SignInProduct } from '../../../shared/auth/sign-in-product.ts'
import type { Event } from '../../../shared/bus/event.ts'
import type { OrgRole } from '../../../shared/peers/hub/contract.ts'
import { unknownValue } from '../../../shared/schema/reading.ts'

type AccessEvent = Event<
  'hub.iam.user_deactivated' | 'hub.iam.permission_changed' | 'hub.iam.access_granted' | 'hub.iam.access_revoked'
>

type AccessChange = {
  /** Deactivated, or in a state that is not known here. */
  readonly isDeactivated: boolean
  /** Hub did not tell what the user has now, or not in words that are known here: so anything may be lost. */
  readonly isUntold: boolean
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
  const role = after?.org_role === unknownValue ? undefined : after?.org_role
  const has = (state: typeof before, product: SignInProduct): boolean => state?.products?.includes(product) ?? false
  const isRevoked = (product: SignInProduct): boolean => type === 'hub.iam.access_revoked' && data.product === product
  const isOtherRole = before ? before.org_role !== role : type !== 'hub.iam.access_granted'
  return {
    isDeactivated: type === 'hub.iam.user_deactivated' || (after?.status ?? 'active') !== 'active',
    isUntold: role === undefined || after?.products === undefined,
    newRole: isOtherRole || type === 'hub.iam.permission_changed' ? role : undefined,
    lostProducts: signInProducts.filter(
      (product) => !has(after, product) && (has(before, product) || isRevoked(product)),
    ),
    products: signInProducts.filter((product) => has(after, product)),
  }
}
