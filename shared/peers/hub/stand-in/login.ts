// The sign-in of the Hub stand-in: a product sends the browser here, and gets it back with a product token, or Hub says why not.
import { randomUUID } from 'node:crypto'
import type { CloudEvent } from '../../../bus/cloud-event.ts'
import { LoginRequest } from '../contract.ts'
import type { Answer } from '../../../../local/stand-ins/http-exchange.ts'
import { type HubDirectory, type Member, accessOf } from './directory.ts'
import { type Origin, eventOfLogin } from './events.ts'
import { choicePage, handOverPage, refusalPage, withoutEntryPage, withoutProductPage } from './pages.ts'
import { type HubProduct, claimsFor, signToken } from './tokens.ts'

export type ProductAccess = {
  /** Origin under which browsers see the product. */
  readonly publicUrl: string
  /** Signs the tokens of this product (HS256). */
  readonly secret: string
}

export type HubSessions = {
  /** Id of the person's Hub session, which is opened if there is none. */
  readonly idOf: (member: Member) => string
  readonly isOpen: (member: Member) => boolean
  readonly end: (tenantId: string, userId: string) => void
}

/** One Hub session per person, until the person is deactivated or the stand-in ends. */
export const createHubSessions = (): HubSessions => {
  const sessions = new Map<string, string>()
  const keyOf = (tenantId: string, userId: string): string => JSON.stringify([tenantId, userId])
  const ofMember = ({ user, organization }: Member): string => keyOf(organization.id, user.id)
  return {
    idOf: (member) => {
      const sid = sessions.get(ofMember(member)) ?? randomUUID()
      sessions.set(ofMember(member), sid)
      return sid
    },
    isOpen: (member) => sessions.has(ofMember(member)),
    end: (tenantId, userId) => void sessions.delete(keyOf(tenantId, userId)),
  }
}

type Parts = {
  readonly directory: HubDirectory
  readonly sessions: HubSessions
  readonly issuer: () => string
  readonly products: Readonly<Record<HubProduct, ProductAccess>>
}

type Login = {
  readonly page: Answer
  readonly tenantId?: string
  /** To be published once the page is really given. */
  readonly event?: CloudEvent
}

export const createHubLogin =
  ({ directory, sessions, issuer, products }: Parts) =>
  async (query: URLSearchParams, origin: Origin): Promise<Login> => {
    const parsed = LoginRequest.safeParse(Object.fromEntries(query))
    if (!parsed.success)
      return {
        page: refusalPage(
          400,
          'This sign-in link is not complete',
          parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
        ),
      }
    const request = parsed.data
    const member = request.login_hint === undefined ? undefined : directory.findMember(request.login_hint)
    if (!member) return { page: choicePage(request, directory) }

    const { product, nonce, returnTo } = request
    const tenantId = member.organization.id
    const method = sessions.isOpen(member) ? 'hub_session' : 'entra'
    const refusal = refusalFor(member, product)
    const isForced = refusal === 'no_product' && query.get('handOver') === 'anyway'
    if (refusal !== undefined && !isForced) {
      const page = refusal === 'deactivated' ? withoutEntryPage(request, member) : withoutProductPage(request, member)
      return { page, tenantId, event: eventOfLogin(member, method, origin, refusal) }
    }
    const claims = claimsFor({ product, member, issuer: issuer(), sid: sessions.idOf(member), nonce, now: new Date() })
    const token = await signToken(claims, products[product].secret)
    const target = `${products[product].publicUrl}/api/${product}/session`
    const page = handOverPage(product, member, { target, token, returnTo })
    // What the stand-in is made to do, no Hub would ever report.
    return isForced ? { page, tenantId } : { page, tenantId, event: eventOfLogin(member, method, origin) }
  }

const refusalFor = (member: Member, product: HubProduct): 'deactivated' | 'no_product' | undefined => {
  if (member.user.status === 'deactivated') return 'deactivated'
  return accessOf(member).includes(product) ? undefined : 'no_product'
}
