// The local Key Vault: a server that the real client of secrets uses unchanged.
import type { IncomingMessage } from 'node:http'
import { createFaults } from '../stand-ins/faults.ts'
import { htmlTable } from '../stand-ins/html.ts'
import { type Answer, findRoute, headerOf, noSuchRoute, readJsonBody } from '../stand-ins/http-exchange.ts'
import { plainPage } from '../stand-ins/peer-page.ts'
import { createRequestCounts } from '../stand-ins/request-counts.ts'
import { faultRoutes, resetRoute } from '../stand-ins/stand-in-control.ts'
import { type RunningStandIn, type StandIn, carryOut, startStandIn } from '../stand-ins/stand-in.ts'
import { type VaultOperation, vaultOperations } from './operations.ts'
import { openSecretJournal } from './secret-journal.ts'
import { type Secrets, createSecrets } from './secrets.ts'
import { inVaultForm, vaultError } from './vault-error.ts'

export type RunningKeyVault = RunningStandIn & {
  /** The current value of a secret, which is made at random when there is none: what provisioning would do. */
  readonly provide: (name: string, make: () => string) => string
}

type KeyVaultOptions = {
  /** 0 takes any free port. */
  readonly port: number
  /** Where the secrets are kept; without it they are gone when the process ends. */
  readonly dataFolder?: string
}

/** @throws PortInUseError; Error when what is in the folder cannot be read */
export const startKeyVault = async ({ port, dataFolder }: KeyVaultOptions): Promise<RunningKeyVault> => {
  const { journal, changes } = openSecretJournal(dataFolder)
  const secrets = createSecrets(journal, changes)
  const routes = vaultOperations(secrets)
  // What the control API calls a tenant is a secret here: faults and counts can be limited to one.
  const faults = createFaults(routes.map(({ handler }) => handler.name))
  const parts = { faults, counts: createRequestCounts() }
  const answer: StandIn['answer'] = async ({ request, response, method, pathname, query }) => {
    if (method === 'GET' && pathname === '/') return pageOf(secrets)
    const matched = findRoute(routes, method, pathname)
    if (!matched) return inVaultForm(noSuchRoute)
    const read = await readJsonBody(request)
    if ('refusal' in read) return inVaultForm(read.refusal)
    const refusal = challenge(request) ?? refuseParameters(matched.params, query)
    if (refusal) return refusal
    const { name = '', version = '' } = matched.params
    const call = { vaultUrl: `http://${request.headers.host}`, name, version, query, body: read.value }
    const carriedOut = await carryOut(parts, operationOn(matched.handler, name), response, () =>
      matched.handler.run(call),
    )
    return carriedOut && inVaultForm(carriedOut)
  }
  const running = await startStandIn({
    name: 'Key Vault',
    port,
    portSetting: 'LOCAL_KEY_VAULT_PORT',
    control: [...faultRoutes(parts), resetRoute(parts, secrets.reset)],
    answer,
    close: journal.close,
  })
  return {
    ...running,
    provide: (name, make) => {
      const secret = secrets.get(name)
      if (secret?.deletedAt !== undefined) secrets.recover(secret)
      const known = secret?.versions.at(-1)
      return known?.enabled ? known.value : secrets.add(name, { value: make() }).value
    },
  }
}

const operationOn = ({ name }: VaultOperation, secret: string) => ({
  name,
  tenantId: secret === '' ? undefined : secret.toLowerCase(),
})

/** The client sends its first request without a token and without the body, to be told where tokens come from. */
const challenge = (request: IncomingMessage): Answer | undefined => {
  if (/^Bearer \S+$/.test(headerOf(request, 'authorization') ?? '')) return undefined
  const { status, body } = vaultError(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.')
  const authority = 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000'
  return {
    status,
    body,
    headers: {
      'www-authenticate': `Bearer authorization="${authority}", resource="https://vault.azure.net"`,
    },
  }
}

const apiVersions = new Set(['7.0', '7.1', '7.2', '7.3', '7.4', '7.5', '7.6', '2025-07-01'])

const refuseParameters = ({ name }: Readonly<Record<string, string>>, query: URLSearchParams): Answer | undefined => {
  const version = query.get('api-version')
  if (version === null) return vaultError(400, 'BadParameter', 'api-version must be specified')
  if (!apiVersions.has(version))
    return vaultError(400, 'BadParameter', `The specified version (${version}) is not recognized.`)
  if (name !== undefined && !/^[0-9a-zA-Z-]{1,127}$/.test(name))
    return vaultError(
      400,
      'BadParameter',
      `The request URI contains an invalid name: ${name}. Use 1 to 127 letters, digits and hyphens.`,
    )
  return undefined
}

/** Names only: a page is no place for secrets. */
const pageOf = (secrets: Secrets): Answer =>
  plainPage(
    'Key Vault',
    'Secrets',
    htmlTable({
      heads: ['Name', 'Versions', 'State'],
      rows: secrets
        .list()
        .map(({ name, versions, deletedAt }) => [
          name,
          String(versions.length),
          deletedAt !== undefined ? 'deleted' : versions.at(-1)?.enabled ? 'enabled' : 'disabled',
        ]),
      none: 'The vault is empty.',
      rowsMax: 100,
    }),
  )
