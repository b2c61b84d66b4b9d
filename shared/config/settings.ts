// Every setting of the suite: what it is for and what makes a value usable. The one schema that config, docs and sample follow.
import * as z from 'zod'
import { type Peer, type Registrar, peers, registrars } from '../peers/peers.ts'
import { isGuessable } from './guessable-secret.ts'
import { modelSettings } from './model-settings.ts'

/** What is wrong with a setting; the value itself is never part of it. */
export type SettingFault = 'missing' | 'weak' | 'unresolved' | 'invalid'

const faulty = (fault: SettingFault, error: string) => ({ params: { fault }, error })

const secretBytesMin = 32
const secretDistinctMin = 10

/** A shared secret that nobody guesses: HS256 needs a key of at least its hash's size (RFC 7518 section 3.2). */
const sharedSecret = z
  .string()
  .refine(
    (secret) => Buffer.byteLength(secret) >= secretBytesMin,
    faulty('weak', `needs at least ${secretBytesMin} bytes of random text`),
  )
  .refine(
    (secret) => new Set(secret).size >= secretDistinctMin,
    faulty('weak', `needs at least ${secretDistinctMin} different characters`),
  )
  .refine(
    (secret) => !isGuessable(secret),
    faulty('weak', 'must be random text, not a sequence, a repetition or an example from the web'),
  )

const loopbackHost = /^(?:127\.0\.0\.1|\[::1\]|localhost|.+\.localhost)$/

const isLoopback = (url: string): boolean => loopbackHost.test(new URL(url).hostname)

/** An http(s) URL without credentials, query or fragment; plain http only towards this machine. Read without a trailing slash. */
const baseUrl = z
  // What is no URL goes no further: the next rules read it as one.
  .url({ protocol: /^https?$/, error: 'must be an absolute http(s) URL', abort: true })
  .refine((url) => {
    const { username, password, search, hash } = new URL(url)
    return username === '' && password === '' && search === '' && hash === ''
  }, 'must have no user, query or fragment')
  .refine((url) => url.startsWith('https:') || isLoopback(url), 'must use https, except for addresses of this machine')
  .transform((url) => url.replace(/\/+$/, ''))

/** As `baseUrl`, and nothing after the host: what a browser calls an origin. */
const origin = baseUrl.refine((url) => new URL(url).origin === url, 'must be an origin: scheme, host and port only')

const dataStorage = z
  .string()
  .refine(
    (value) =>
      (/(?:^|;)(?:TableEndpoint|AccountName)=/i.test(value) &&
        /(?:^|;)(?:AccountKey|SharedAccessSignature)=/i.test(value)) ||
      /^https:\/\/[^/?#]+\/?$/i.test(value),
    'must be a storage connection string, or the https URL of the table service to use with the managed identity',
  )

const serviceBus = z
  .string()
  .refine(
    (value) => /^Endpoint=sb:\/\/[^;]+;/i.test(value) || /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(value),
    'must be a Service Bus connection string, or the host name of the namespace to use with the managed identity',
  )

const peerKeyLengthMin = 16

const peerKey = z
  .string()
  .refine((key) => key.length >= peerKeyLengthMin, faulty('weak', `needs at least ${peerKeyLengthMin} characters`))
  .refine(
    (key) => !isGuessable(key, peerKeyLengthMin / 2),
    faulty('weak', 'must be random text, not a sequence or a repetition'),
  )

type PeerSettings = { readonly [Name in Peer as (typeof peers)[Name]['url']]: typeof baseUrl } & {
  readonly [Name in Peer as (typeof peers)[Name]['key']]: typeof peerKey
} & { readonly [Name in Registrar as (typeof peers)[Name]['registration']]: typeof registrationKey }

const registrationKey = peerKey.optional()

const peerSettings = Object.fromEntries(
  Object.values(peers).flatMap(({ name, url, key }) => [
    [url, baseUrl.describe(`Base URL of the API of ${name}.`)],
    [key, peerKey.describe(`Integration key that this suite uses to call ${name}.`)],
  ]),
) as PeerSettings

const registrationSettings = Object.fromEntries(
  registrars.map((name) => [
    peers[name].registration,
    registrationKey.describe(
      `Credential with which this suite registers keys with ${peers[name].name}. Unset: keys between the two are not rotated.`,
    ),
  ]),
) as Pick<PeerSettings, (typeof peers)[Registrar]['registration']>

export const settings = z.object({
  DATA_STORAGE: dataStorage.describe(
    'Storage of the tables: a connection string on a laptop, the table service URL on Azure (accessed with the managed identity).',
  ),
  KEY_VAULT: origin.describe(
    'The key vault: https://<name>.vault.azure.net on Azure (accessed with the managed identity). A secret setting `kv:<name>` is read from it.',
  ),
  TENANT_VAULT: origin
    .optional()
    .describe('The key vault with the keys that organizations have of their own for products. Unset: KEY_VAULT.'),
  HUB_URL: origin.describe('Origin of Hub: the start of every sign-in and the issuer (`iss`) of product tokens.'),
  CODE_PUBLIC_URL: origin.describe('Origin of The One Code in browsers.'),
  AI_PUBLIC_URL: origin.describe('Origin of the AI Platform in browsers.'),
  AI_COOKIE_DOMAIN: z
    .string()
    .regex(/^(?:[a-z0-9-]+\.)+[a-z]{2,}$/, 'must be a bare domain name such as example.com')
    .optional()
    .describe('Domain whose subdomains share the AI Platform session. Default: only the host of AI_PUBLIC_URL has it.'),
  PORTAL_SSO_SECRET: sharedSecret.describe('Secret that Hub uses to sign the tokens of The One Code (HS256).'),
  PORTAL_SSO_SECRET_PREVIOUS: sharedSecret
    .optional()
    .describe('The previous secret, still accepted during a rotation.'),
  AI_SSO_SECRET: sharedSecret.describe('Secret that Hub uses to sign the tokens of the AI Platform (HS256).'),
  AI_SSO_SECRET_PREVIOUS: sharedSecret.optional().describe('The previous secret, still accepted during a rotation.'),
  ...peerSettings,
  ...registrationSettings,
  AI_MODELS: modelSettings
    .optional()
    .describe(
      'Which models answer: JSON with the providers and, for each class (fast, deep, audio), the deployments in the order in which they are tried. Unset: the embedded provider, which quotes its sources.',
    ),
  AI_MODEL_KEY: z.string().min(1).optional().describe('Key for providers in AI_MODELS that say `"auth": "key"`.'),
  TRACES_TO: z
    .enum(['otlp', 'application-insights'])
    .optional()
    .describe(
      'Where spans of AI calls are sent: `application-insights`, with the managed identity, or `otlp`, to OTEL_EXPORTER_OTLP_ENDPOINT. Unset: nowhere.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: baseUrl
    .optional()
    .describe('Base URL of an OpenTelemetry collector (OTLP over HTTP), for TRACES_TO `otlp`.'),
  WEB_STAND_IN_URL: baseUrl
    .refine(isLoopback, 'must be an address of this machine')
    .optional()
    .describe(
      'What stands for the public web on a laptop: pages of https://<host>/<path> are read from <url>/<host>/<path>. Unset: the web itself.',
    ),
  AI_GATEWAY_URL: baseUrl.describe(
    'Where The One Code asks the AI gateway: the API of the AI Platform, with `/api`. Each organization has a key of its own for it, in the key vault.',
  ),
  AUDIT_SIGNING_KEY: sharedSecret.describe(
    'Secret from which the key is derived with which the heads of the audit logs are signed (Ed25519).',
  ),
  AUDIT_PUBLIC_KEYS: z
    .string()
    .regex(
      /^[A-Za-z0-9_-]{43}(?: [A-Za-z0-9_-]{43})*$/,
      'must be public keys of 43 characters, with blanks between them',
    )
    .optional()
    .transform((keys) => keys?.split(' ') ?? [])
    .describe(
      'Public keys with which heads and anchors are verified besides that of AUDIT_SIGNING_KEY: those that signed in the last 13 months, and the next one before it signs. No secret.',
    ),
  OPERATOR_ISSUER: baseUrl.describe(
    "Issuer (`iss`) of the operators' tokens: https://login.microsoftonline.com/<directory id>/v2.0 on Azure.",
  ),
  OPERATOR_AUDIENCE: z
    .string()
    .regex(/^[\w:/.-]{8,200}$/, 'must be the client id of the app registration')
    .describe("Audience (`aud`) of the operators' tokens: the client id of this API's app registration."),
  OPERATOR_JWKS_URL: baseUrl.describe(
    "Where the public keys of the operators' directory are: https://login.microsoftonline.com/<directory id>/discovery/v2.0/keys on Azure.",
  ),
  PLATFORM_ORGANIZATION_ID: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe(
      'Id in Hub of the organization that runs this platform: its On-Call rotation is called about incidents of the platform. Unset: nobody is.',
    ),
  SERVICE_BUS: serviceBus.describe(
    'The Service Bus namespace with the queues of this suite: a connection string on a laptop. On Azure, set SERVICE_BUS__fullyQualifiedNamespace instead to use the managed identity.',
  ),
  MESSAGE_RETRY_SECONDS: z
    .string()
    .regex(/^(?:[1-9]|[1-9]\d|[1-5]\d\d|600)$/, 'must be a number from 1 to 600')
    .default('15')
    .transform(Number)
    .describe(
      'Seconds before a failed message is retried for the first time. The delay doubles with every retry, up to an hour.',
    ),
  SESSION_IDLE_MINUTES: z
    .string()
    .regex(/^(?:[5-9]|[1-9]\d|[1-9]\d\d|1[0-3]\d\d|14[0-3]\d|1440)$/, 'must be a number from 5 to 1440')
    .default('120')
    .transform(Number)
    .describe('Minutes after which an unused session ends. It ends with the Hub session in any case.'),
  TRUSTED_PROXY_COUNT: z
    .string()
    .regex(/^[0-5]$/, 'must be a number from 0 to 5')
    .default('0')
    .transform(Number)
    .describe('Number of our own proxies in front of the host that append to X-Forwarded-For (Front Door: 1).'),
})

export type SettingName = keyof z.output<typeof settings>
export type SettingValues = z.output<typeof settings>
