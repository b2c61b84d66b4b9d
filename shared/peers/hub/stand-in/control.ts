// The control API of the Hub stand-in: tokens of any kind, organizations, people and usage, beside what every stand-in has.
import { errors } from 'jose'
import { z } from 'zod'
import { type Answer, type Route, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import { organizationRoutes } from './control-organizations.ts'
import type { HubControlParts } from './control-parts.ts'
import type { HubDirectory } from './directory.ts'
import { demoTechnicianEmail } from './people.ts'
import { claimsFor, signToken } from './tokens.ts'
import { type Control, controlRoute, faultRoutes } from '../../../../local/stand-ins/stand-in-control.ts'

const TokenOrder = z.strictObject({
  product: z.enum(['code', 'ai']),
  /** E-mail address of one of the people, who may be deactivated. */
  person: z.string().default(demoTechnicianEmail),
  /** Claims to set, the nonce among them; `null` leaves the claim out. */
  claims: z.record(z.string(), z.unknown()).optional(),
  /** Members of the JOSE header to set; `{ "alg": "none" }` gives an unsigned token. */
  header: z.record(z.string(), z.unknown()).optional(),
  /** To sign with instead of the product's. */
  secret: z.string().min(1).optional(),
})

export const createHubControl = (parts: HubControlParts): readonly Route<Control>[] => {
  const { directory, billing } = parts
  return [
    ...organizationRoutes(parts),
    controlRoute('POST', '/_control/tokens', ({ body }) =>
      validated(TokenOrder, body, (order) => makeToken(parts, order)),
    ),
    controlRoute('GET', '/_control/people', () => ({ status: 200, body: { tenants: everybody(directory) } })),
    controlRoute('GET', '/_control/usage', ({ tenantId }) => ({
      status: 200,
      body: { usage: billing.list(tenantId) },
    })),
    ...faultRoutes(parts),
  ]
}

const everybody = (directory: HubDirectory) =>
  directory.organizations().map((organization) => ({ ...organization, people: directory.users(organization.id) }))

const makeToken = async (parts: HubControlParts, order: z.output<typeof TokenOrder>): Promise<Answer> => {
  const member = parts.directory.findMember(order.person)
  if (!member) return problem(404, 'There is no such person', { detail: 'GET /_control/people lists them.' })
  const { product, claims, header } = order
  const sid = parts.sessions.idOf(member)
  const regular = claimsFor({ product, member, issuer: parts.issuer(), sid, now: new Date() })
  try {
    const token = await signToken(regular, order.secret ?? parts.secretOf(product), {
      ...(claims && { overrides: claims }),
      ...(header && { header }),
    })
    return { status: 200, body: { token } }
  } catch (error) {
    // A header that cannot be signed with a shared secret (`alg: RS256`) ends in one or the other.
    if (error instanceof errors.JOSEError || error instanceof TypeError)
      return problem(422, 'The token cannot be signed', { detail: error.message })
    throw error
  }
}
