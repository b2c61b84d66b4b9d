// The control API of the Hub stand-in, for tests and for people at a laptop: tokens of any kind, the people, and faults.
import { errors } from 'jose'
import { z } from 'zod'
import { FaultList, type Faults } from './faults.ts'
import { type Answer, type Route, problem } from './http-exchange.ts'
import { type Member, demoTechnicianEmail, findMember, hubTenants } from './hub-people.ts'
import { type HubProduct, claimsFor, signToken } from './hub-tokens.ts'

export type HubControl = (body: unknown) => Answer | Promise<Answer>

type Parts = {
  readonly faults: Faults
  readonly issuer: () => string
  readonly secretOf: (product: HubProduct) => string
  readonly sidOf: (member: Member) => string
}

const TokenOrder = z.strictObject({
  product: z.enum(['code', 'ai']),
  /** E-mail address of one of the people. */
  person: z.string().default(demoTechnicianEmail),
  /** Claims to set, the nonce among them; `null` leaves the claim out. */
  claims: z.record(z.string(), z.unknown()).optional(),
  /** Members of the JOSE header to set; `{ "alg": "none" }` gives an unsigned token. */
  header: z.record(z.string(), z.unknown()).optional(),
  /** To sign with instead of the product's. */
  secret: z.string().min(1).optional(),
})

export const createHubControl = (parts: Parts): readonly Route<HubControl>[] => [
  route('POST', '/_control/tokens', (body) => validated(TokenOrder, body, (order) => makeToken(parts, order))),
  route('GET', '/_control/people', () => ({ status: 200, body: { tenants: hubTenants } })),
  route('GET', '/_control/faults', () => ({ status: 200, body: { faults: parts.faults.list() } })),
  route('PUT', '/_control/faults', (body) =>
    validated(FaultList, body, (list) => {
      parts.faults.set(list)
      return { status: 204 }
    }),
  ),
  route('DELETE', '/_control/faults', () => {
    parts.faults.clear()
    return { status: 204 }
  }),
]

const makeToken = async (parts: Parts, order: z.output<typeof TokenOrder>): Promise<Answer> => {
  const member = findMember(order.person)
  if (!member) return problem(404, 'There is no such person', { detail: 'GET /_control/people lists them.' })
  const { product, claims, header } = order
  const regular = claimsFor({ product, member, issuer: parts.issuer(), sid: parts.sidOf(member), now: new Date() })
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

const validated = <Output>(
  schema: z.ZodType<Output>,
  body: unknown,
  use: (value: Output) => Answer | Promise<Answer>,
): Answer | Promise<Answer> => {
  const parsed = schema.safeParse(body)
  return parsed.success
    ? use(parsed.data)
    : problem(400, 'The request is not valid', { detail: z.prettifyError(parsed.error) })
}

const route = (method: string, path: string, handler: HubControl): Route<HubControl> => ({ method, path, handler })
