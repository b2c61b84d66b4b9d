// Who signed in and out, and who was refused, in the audit log of their organization (R11).
import type { SignInProduct } from '../../shared/auth/sign-in-product.ts'
import { sha256 } from '../../shared/auth/digest.ts'
import type { Session } from '../../shared/auth/session.ts'
import type { AppError } from '../../shared/errors.ts'
import type { ProductTokenClaims } from '../../shared/peers/hub/contract.ts'
import type { Services } from '../../shared/services.ts'

type Who = Pick<ProductTokenClaims, 'sub' | 'tenantId' | 'orgRole'>

export const recordSignIn = async (services: Services, product: SignInProduct, who: Who): Promise<void> => {
  const audit = await services.audit()
  const facts = { product, role: who.orgRole }
  await audit.append(who.tenantId, {
    action: 'session.opened',
    outcome: 'done',
    actor: `user:${who.sub}`,
    facts,
  })
}

export const recordRefusal = async (
  services: Services,
  product: SignInProduct,
  who: Who,
  { code }: AppError,
): Promise<void> => {
  const audit = await services.audit()
  const facts = { product, code }
  await audit.append(who.tenantId, {
    action: 'session.refused',
    outcome: 'refused',
    actor: `user:${who.sub}`,
    facts,
  })
}

/** Once, however often the sign-out is repeated. */
export const recordSignOut = async (services: Services, cookie: string, closed: Session): Promise<void> => {
  const audit = await services.audit()
  const { tenantId, userId, product } = closed
  await audit.append(
    tenantId,
    { action: 'session.closed', outcome: 'done', actor: `user:${userId}`, facts: { product } },
    `session closed ${sha256(cookie)}`,
  )
}
