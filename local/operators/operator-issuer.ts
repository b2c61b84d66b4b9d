// The directory of the platform's own staff on a laptop: it publishes its keys as Microsoft Entra does, and hands out tokens to anybody here.
import { randomUUID } from 'node:crypto'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import { htmlTable } from '../stand-ins/html.ts'
import { type Answer, type Route, done, findRoute, noSuchRoute, validated } from '../stand-ins/http-exchange.ts'
import { plainPage } from '../stand-ins/peer-page.ts'
import { type Control, controlRoute } from '../stand-ins/stand-in-control.ts'
import { type RunningStandIn, startStandIn } from '../stand-ins/stand-in.ts'

/** Its id: a part of the settings of a laptop. */
export const localDirectoryId = '5f1d0c9a-6a7e-4c52-9b0e-3d2f8a71c604'

export type OperatorIssuer = RunningStandIn & {
  readonly issuer: string
  readonly jwksUrl: string
  readonly token: (draft: z.input<typeof TokenDraft>) => Promise<string>
  /** Signs with a new key from now on; those before are withdrawn. */
  readonly rotate: () => Promise<void>
}

type IssuerOptions = {
  /** 0 takes any free port. */
  readonly port: number
  /** For whom the tokens are. */
  readonly audience: string
}

const demoPersonId = 'c2f7e5b4-9a1d-4f0e-8b6c-7d5e4f3a2b10'

const TokenDraft = z.strictObject({
  roles: z.array(z.string().min(1).max(100)).max(20),
  /** Who it is; a demo person unless given. */
  oid: z.guid().default(demoPersonId),
  minutes: z.int().min(1).max(480).default(60),
})

/** @throws PortInUseError */
export const startOperatorIssuer = async ({ port, audience }: IssuerOptions): Promise<OperatorIssuer> => {
  let key = await newKey()
  const rotate = async (): Promise<void> => {
    key = await newKey()
  }
  let issuer = ''
  const token: OperatorIssuer['token'] = async (draft) => {
    const { roles, oid, minutes } = TokenDraft.parse(draft)
    return new SignJWT({ oid, tid: localDirectoryId, roles, scp: 'Operator.Act', ver: '2.0' })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(oid)
      .setIssuedAt()
      .setNotBefore('0s')
      .setExpirationTime(`${minutes} minutes`)
      .sign(key.privateKey)
  }
  const running = await startStandIn({
    name: 'Operators',
    port,
    portSetting: 'LOCAL_OPERATORS_PORT',
    control: controlOf({ token, rotate }),
    answer: ({ method, pathname }) => findRoute(publicRoutes, method, pathname)?.handler([key.jwk]) ?? noSuchRoute,
    close: () => {},
  })
  issuer = `${running.url}/${localDirectoryId}/v2.0`
  return { ...running, issuer, jwksUrl: `${running.url}${keysPath}`, token, rotate }
}

const newKey = async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const kid = randomUUID()
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } }
}

const keysPath = `/${localDirectoryId}/discovery/v2.0/keys`

const publicRoutes: readonly Route<(keys: readonly object[]) => Answer>[] = [
  { method: 'GET', path: keysPath, handler: (keys) => ({ status: 200, body: { keys } }) },
  { method: 'GET', path: '/', handler: () => page },
]

const controlOf = ({ token, rotate }: Pick<OperatorIssuer, 'token' | 'rotate'>): readonly Route<Control>[] => [
  controlRoute('POST', '/_control/tokens', ({ body }) =>
    validated(TokenDraft, body, async (draft) => ({ status: 201, body: { token: await token(draft) } })),
  ),
  controlRoute('POST', '/_control/keys', async () => {
    await rotate()
    return done
  }),
]

const page = plainPage(
  'Operators',
  'How to get a token',
  htmlTable({
    heads: ['Request', 'What it does'],
    rows: [
      ['POST /_control/tokens', 'A token of an operator with the roles of the body: {"roles": ["Operator.Keys"]}'],
      ['POST /_control/keys', 'Tokens are signed with a new key, and those before are good no longer'],
    ],
    none: '',
    rowsMax: 10,
  }),
)
