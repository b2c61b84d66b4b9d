// How the suite is connected to its peers: clients with the address, the key and the patience that each of them has, and a word for the audit log.
import type { AuditLog } from './audit-log/audit-log.ts'
import type { Config } from './config/config.ts'
import { AppError } from './errors.ts'
import { once } from './once.ts'
import type { ReadKey } from './peer-client/peer-request.ts'
import {
  type ClientOf,
  type Peer,
  type PeerConnection,
  type Registrar,
  peerFacts,
  peerNames,
  peers,
  registrars,
} from './peers/peers.ts'
import type { RegistrationClient } from './peers/registration/client.ts'
import type { ReadPeerKey } from './secrets/peer-key.ts'
import type { ReadSecret } from './secrets/setting-secret.ts'

type Parts = {
  readonly config: Config
  readonly secret: ReadSecret
  readonly peerKey: ReadPeerKey
  readonly audit: () => Promise<AuditLog>
}

/** `services.psa()`: connected by the first call. */
export type PeerClients = { readonly [Name in Peer]: () => Promise<ClientOf<Name>> }

type Patience = Pick<PeerConnection, 'timeouts' | 'retries'>

/** Somebody waits for a page that shows what is last known otherwise. */
export const forReading = { timeouts: { attemptMs: 2_000, deadlineMs: 3_000 }, retries: { max: 1 } }

/** A caller waits, and what was known before is good for longer. */
export const forChecks = { timeouts: { attemptMs: 1_000, deadlineMs: 1_200 }, retries: { max: 0 } }

/** @param patience instead of what each peer has */
export const connectPeers = (parts: Parts, patience?: Patience): PeerClients =>
  Object.fromEntries(peerNames.map((name) => [name, once(() => connectPeer(parts, name, patience))])) as PeerClients

/** @throws AppError `not-configured` without the address of the peer or the key for it */
export const connectPeer = async <Name extends Peer>(
  { config, peerKey, audit }: Parts,
  name: Name,
  patience?: Patience,
): Promise<ClientOf<Name>> => {
  const facts = peers[name]
  const settings: Readonly<Record<string, unknown>> = config.require(facts.url, facts.key)
  const baseUrl = String(settings[facts.url])
  const key: ReadKey = (...asked) => peerKey(name, ...asked)
  const { recordPeerWrite } = await import('./audit-log/peer-writes.ts')
  const onWrite = peerFacts(name)?.carriesOnly ? undefined : recordPeerWrite(audit)
  const client = await facts.connect({ ...peerFacts(name)?.patience, ...patience, facts, baseUrl, key, onWrite })
  return client as ClientOf<Name>
}

/** Throws `not-configured` without the credential for it. */
export type ConnectRegistration = (peer: Registrar) => Promise<RegistrationClient>

export const connectRegistrations = (parts: Parts): ConnectRegistration => {
  const clients = new Map(registrars.map((peer) => [peer, once(() => connectRegistration(parts, peer))]))
  return async (peer) => {
    const client = clients.get(peer)
    if (!client) throw new AppError('internal', `Keys cannot be registered with ${peer}.`)
    return client()
  }
}

const connectRegistration = async ({ config, secret, audit }: Parts, peer: Registrar): Promise<RegistrationClient> => {
  const { url, registration, name } = peers[peer]
  const settings: Readonly<Record<string, unknown>> = config.require(url)
  const key: ReadKey = async (_, refused) => {
    const credential = await secret(registration, refused)
    if (credential !== undefined) return credential
    throw new AppError('not-configured', `Keys cannot be registered with ${name}: ${registration} is not set.`, {
      details: { settings: [registration] },
    })
  }
  const { recordPeerWrite } = await import('./audit-log/peer-writes.ts')
  const { createRegistrationClient } = await import('./peers/registration/client.ts')
  return createRegistrationClient({
    peer,
    facts: { name, url, key: registration },
    baseUrl: String(settings[url]),
    key,
    onWrite: recordPeerWrite(audit),
  })
}
