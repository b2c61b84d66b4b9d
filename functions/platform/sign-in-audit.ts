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

/** Once for each token and reason: who has a token of yesterday does not fill the log with it. */
export const recordRefusal = async (
  services: Services,
  product: SignInProduct,
  { sub, tenantId, jti }: Who & Pick<ProductTokenClaims, 'jti'>,
  { code, message }: AppError,
): Promise<void> => {
  const audit = await services.audit()
  await audit.append(
    tenantId,
    { action: 'session.refused', outcome: 'refused', actor: `user:${sub}`, facts: { product, code, reason: message } },
    `session refused ${sha256(jti)} ${sha256(message)}`,
  )
}

/** Once, however often it is closed. @param reason what ended it, where its user did not sign out */
export const recordSignOut = async (
  services: Services,
  cookie: string,
  closed: Session,
  reason?: 'new sign-in',
): Promise<void> => {
  const audit = await services.audit()
  const { tenantId, userId, product } = closed
  await audit.append(
    tenantId,
    {
      action: 'session.closed',
      outcome: 'done',
      actor: `user:${userId}`,
      facts: { product, ...(reason && { reason }) },
    },
    `session closed ${sha256(cookie)}`,
  )
}
