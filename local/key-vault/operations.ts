// The operations of the API of Key Vault on secrets.
import { z } from 'zod'
import { type Answer, type Route, done, validated } from '../stand-ins/http-exchange.ts'
import { bundleOf, deletionOf, listedOf, propertiesOf } from './secret-bundle.ts'
import type { Secret, SecretPatch, SecretVersion, Secrets } from './secrets.ts'
import { vaultError } from './vault-error.ts'

export type VaultCall = {
  /** Where the vault is: ids and links begin with it. */
  readonly vaultUrl: string
  readonly name: string
  /** Empty for the current one. */
  readonly version: string
  readonly query: URLSearchParams
  readonly body: unknown
}

/** Faults and counts know it by its name. */
export type VaultOperation = { readonly name: string; readonly run: (call: VaultCall) => Answer }

const bytesMax = 25_600
const tagsMax = 15
const tagLengthMax = 256
const pageMax = 25

const Attributes = z.object({
  enabled: z.boolean().nullish(),
  nbf: z.int().min(0).nullish(),
  exp: z.int().min(0).nullish(),
})

const Properties = z.object({
  contentType: z.string().max(255).nullish(),
  tags: z
    .record(z.string().max(tagLengthMax), z.string().max(tagLengthMax))
    .refine((tags) => Object.keys(tags).length <= tagsMax, `At most ${tagsMax} tags are possible.`)
    .nullish(),
  attributes: Attributes.nullish(),
})

const Draft = Properties.extend({
  value: z.string().refine((value) => Buffer.byteLength(value) <= bytesMax, `At most ${bytesMax} bytes are possible.`),
})

export const vaultOperations = (secrets: Secrets): readonly Route<VaultOperation>[] => [
  ...secretRoutes(secrets),
  ...deletedRoutes(secrets),
]

const route = (method: string, path: string, name: string, run: VaultOperation['run']): Route<VaultOperation> => ({
  method,
  path,
  handler: { name, run },
})

const secretRoutes = (secrets: Secrets): readonly Route<VaultOperation>[] => {
  const get = (call: VaultCall): Answer => getSecret(secrets, call)
  const update = (call: VaultCall): Answer => updateSecret(secrets, call)
  return [
    route('PUT', '/secrets/:name', 'setSecret', (call) => setSecret(secrets, call)),
    route('GET', '/secrets', 'listSecrets', (call) =>
      page(call, secrets.list().filter(isThere), (secret) => listedOf(call.vaultUrl, secret, currentOf(secret))),
    ),
    route('GET', '/secrets/:name/versions', 'listSecretVersions', (call) =>
      onSecret(secrets, call, (secret) =>
        page(call, secret.versions, (version) => propertiesOf(call.vaultUrl, secret, version)),
      ),
    ),
    route('GET', '/secrets/:name', 'getSecret', get),
    route('GET', '/secrets/:name/:version', 'getSecret', get),
    route('PATCH', '/secrets/:name', 'updateSecret', update),
    route('PATCH', '/secrets/:name/:version', 'updateSecret', update),
    route('DELETE', '/secrets/:name', 'deleteSecret', (call) =>
      onSecret(secrets, call, (secret) => {
        secrets.delete(secret)
        return onDeleted(secrets, call, (deleted) => ok(deletedBundle(call.vaultUrl, deleted)))
      }),
    ),
  ]
}

const deletedRoutes = (secrets: Secrets): readonly Route<VaultOperation>[] => [
  route('GET', '/deletedsecrets', 'listDeletedSecrets', (call) =>
    page(
      call,
      secrets.list().filter((secret) => !isThere(secret)),
      (secret) => ({ ...listedOf(call.vaultUrl, secret, currentOf(secret)), ...deletionOf(call.vaultUrl, secret) }),
    ),
  ),
  route('GET', '/deletedsecrets/:name', 'getDeletedSecret', (call) =>
    onDeleted(secrets, call, (secret) => ok(deletedBundle(call.vaultUrl, secret))),
  ),
  route('DELETE', '/deletedsecrets/:name', 'purgeSecret', (call) =>
    onDeleted(secrets, call, (secret) => {
      secrets.purge(secret)
      return done
    }),
  ),
  route('POST', '/deletedsecrets/:name/recover', 'recoverSecret', (call) =>
    onDeleted(secrets, call, (secret) => {
      secrets.recover(secret)
      return ok(propertiesOf(call.vaultUrl, secret, currentOf(secret)))
    }),
  ),
]

const setSecret = (secrets: Secrets, { vaultUrl, name, body }: VaultCall): Answer =>
  validated(Draft, body, ({ value, ...properties }) => {
    if (secrets.get(name)?.deletedAt !== undefined) return deletedConflict(name)
    const added = secrets.add(name, { value, ...patchOf(properties) })
    return onSecret(secrets, { name }, (secret) => ok(bundleOf(vaultUrl, secret, added)))
  })

const getSecret = (secrets: Secrets, call: VaultCall): Answer =>
  onVersion(secrets, call, (secret, found) =>
    found.enabled
      ? ok(bundleOf(call.vaultUrl, secret, found))
      : vaultError(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled'),
  )

const updateSecret = (secrets: Secrets, call: VaultCall): Answer =>
  validated(Properties, call.body ?? {}, (properties) =>
    onVersion(secrets, call, (secret, found) =>
      ok(propertiesOf(call.vaultUrl, secret, secrets.patch(secret, found, patchOf(properties)))),
    ),
  )

const isThere = ({ deletedAt }: Secret): boolean => deletedAt === undefined

type Asked = Pick<VaultCall, 'name'> & Partial<Pick<VaultCall, 'version'>>

const onSecret = (secrets: Secrets, { name }: Asked, use: (secret: Secret) => Answer): Answer => {
  const secret = secrets.get(name)
  return secret && isThere(secret) ? use(secret) : notFound(name)
}

const onDeleted = (secrets: Secrets, { name }: Asked, use: (secret: Secret) => Answer): Answer => {
  const secret = secrets.get(name)
  return secret && !isThere(secret) ? use(secret) : notFound(name)
}

const onVersion = (
  secrets: Secrets,
  { name, version = '' }: Asked,
  use: (secret: Secret, version: SecretVersion) => Answer,
): Answer =>
  onSecret(secrets, { name }, (secret) => {
    const found = version === '' ? currentOf(secret) : secret.versions.find((known) => known.version === version)
    return found ? use(secret, found) : notFound(`${name}/${version}`)
  })

const ok = (body: unknown): Answer => ({ status: 200, body })

const notFound = (name: string): Answer =>
  vaultError(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command.`,
  )

const deletedConflict = (name: string): Answer =>
  vaultError(
    409,
    'Conflict',
    `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    'ObjectIsDeletedButRecoverable',
  )

const deletedBundle = (vaultUrl: string, secret: Secret) => ({
  ...propertiesOf(vaultUrl, secret, currentOf(secret)),
  ...deletionOf(vaultUrl, secret),
})

/** Enabled or not. */
const currentOf = ({ name, versions }: Secret): SecretVersion => {
  const current = versions.at(-1)
  if (current) return current
  throw new Error(`The secret ${name} has no version.`)
}

/** What is left out stays as it is. */
const patchOf = ({ contentType, tags, attributes }: z.infer<typeof Properties>): SecretPatch =>
  Object.fromEntries(
    Object.entries({ contentType, tags, ...attributes }).filter(([, value]) => value !== undefined && value !== null),
  )

/** The place goes along as `$skiptoken`, which is how far the list has been shown. */
const page = <Item>(
  { vaultUrl, query, name }: VaultCall,
  items: readonly Item[],
  shown: (item: Item) => unknown,
): Answer => {
  const size = Number(query.get('maxresults') ?? pageMax)
  const from = Number(query.get('$skiptoken') ?? 0)
  if (!Number.isInteger(size) || size < 1 || size > pageMax || !Number.isInteger(from) || from < 0)
    return vaultError(400, 'BadParameter', `maxresults must be a number from 1 to ${pageMax}.`)
  const next = new URLSearchParams(query)
  next.set('$skiptoken', String(from + size))
  const path = name === '' ? '/secrets' : `/secrets/${name}/versions`
  return ok({
    value: items.slice(from, from + size).map(shown),
    nextLink: items.length > from + size ? `${vaultUrl}${path}?${next.toString()}` : null,
  })
}
