// Begins the rotation of a key, or of the first key of an integration: once, however many ask for it at the same time.
import { type StoredKey, integrationKeyTable, readKey } from '../../../shared/auth/integration-key.ts'
import { AppError, isAppError } from '../../../shared/errors.ts'
import { type Registrar, registrars } from '../../../shared/peers/peers.ts'
import type { Store } from '../../../shared/store/store.ts'
import { type KeyIntegration, grants, keyIntegrations, requireGrant } from './grants.ts'
import { type KeyRotation, keyRotationTable, openMarkerOf } from './rotation-table.ts'

type Tools = { readonly store: Store; readonly now: () => Date }
type Order = { readonly tenantId: string; readonly by: string }
type Draft = Pick<KeyRotation, 'integration' | 'scopes' | 'label' | 'verifier' | 'consumer' | 'oldKeyId'>

/** A key can be rotated anew when a rotation was cancelled, so often. */
const turnsMax = 50

/**
 * The rotation of this key that is on, or a new one. A suspected key may be over: it was ended, and its replacement was not made.
 * @throws AppError `not-found`; `conflict` for a key that is over, has been replaced, or belongs to a person
 */
export const beginRotation = async (
  tools: Tools,
  { tenantId, keyId, by, isSuspected }: Order & { readonly keyId: string; readonly isSuspected: boolean },
): Promise<KeyRotation> => {
  const old = await readKey(tools.store, tenantId, keyId)
  const draft = draftFrom(old)
  for (let turn = 0; turn < turnsMax; turn += 1) {
    const rotationId = `${keyId}-${turn}`
    const known = await readRotation(tools.store, { tenantId, rotationId })
    if (known?.outcome === 'cancelled') continue
    if (known?.outcome === 'done') throw over(`The key ${keyId} has been replaced by ${known.newKeyId}.`)
    if (!known) {
      const isOver = old.revoked !== undefined || Date.parse(old.expiresAfter) <= tools.now().getTime()
      if (isOver && !(isSuspected && old.revoked)) throw over('The key is over. Make a new one.')
    }
    const begun =
      known ?? (await insertRotation(tools, { ...draft, tenantId, rotationId, oldKeyId: keyId, by, isSuspected }))
    await noteRotation(tools.store, keyId, rotationId)
    return isSuspected ? suspect(tools.store, begun) : begun
  }
  throw over(`The key ${keyId} was to be replaced too often. Revoke it, and make a new one.`)
}

/**
 * The first key of an integration, as provisioning makes it. A product that calls us knows one key by registration, whatever it calls us for.
 * @throws AppError `conflict` when it has one, also of another integration, or keys of it are not delivered
 */
export const beginFirst = async (
  tools: Tools,
  { tenantId, by, integration }: Order & { readonly integration: string },
): Promise<KeyRotation> => {
  const verifier = verifierOf(integration)
  const consumer = consumerOf(integration)
  if (verifier === undefined && consumer === undefined)
    throw over(`No product takes keys of ${integration} by registration. Make a key, and give it to who calls.`)
  const incoming = keyIntegrations.find((name) => name === integration)
  const scopes = incoming && verifier === undefined ? [...grants[incoming]] : []
  const rotationId = `first-${registrars.indexOf(verifier ?? consumer ?? 'hub')}-${verifier ? 'out' : 'in'}`
  const known = await readRotation(tools.store, { tenantId, rotationId })
  if (known) requireSame(known, integration)
  if (known?.endedAt !== undefined || known?.promotedAt !== undefined)
    throw over(`There is a key of ${integration}: ${known.newKeyId}. Rotate that one.`)
  if (known) return known
  const draft = { integration, scopes, ...(verifier && { verifier }), ...(consumer && !verifier && { consumer }) }
  const begun = await insertRotation(tools, { ...draft, tenantId, rotationId, by, isSuspected: false })
  requireSame(begun, integration)
  return begun
}

const requireSame = ({ integration: known, consumer }: KeyRotation, asked: string): void => {
  if (known !== asked)
    throw over(
      `${consumer} takes keys of one integration by registration, and has that of ${known}. Make a key of ${asked}, and give it to who calls.`,
    )
}

/** Keys with which we call a product. */
export const outgoing = registrars.map((name) => `suite→${name}` as const)

const verifierOf = (integration: string): Registrar | undefined =>
  registrars.find((name) => integration === `suite→${name}`)

const consumerOf = (integration: string): Registrar | undefined => {
  const [caller] = integration.split('→')
  return keyIntegrations.some((name) => name === integration) ? registrars.find((name) => name === caller) : undefined
}

export const readRotation = async (
  store: Store,
  key: Pick<KeyRotation, 'tenantId' | 'rotationId'>,
): Promise<KeyRotation | undefined> => (await store.open(keyRotationTable).rotation.get(key))?.value

/** @throws AppError `not-found` */
export const requireRotation = async (
  store: Store,
  key: Pick<KeyRotation, 'tenantId' | 'rotationId'>,
): Promise<KeyRotation> => {
  const rotation = await readRotation(store, key)
  if (!rotation) throw new AppError('not-found', `The organization has no rotation ${key.rotationId}.`)
  return rotation
}

const draftFrom = (old: StoredKey): Draft => {
  const { integration, label, peer, isDelivered, scopes, holder } = old
  const facts = { integration, scopes, ...(label !== undefined && { label }) }
  const verifier = registrars.find((name) => name === peer)
  if (verifier) return { ...facts, verifier }
  const incoming = keyIntegrations.find((name): name is KeyIntegration => name === integration)
  if (incoming === undefined || holder)
    throw over('Only keys of products are replaced. Make a new one, and revoke this one.')
  // What may be given can have become less since.
  requireGrant(incoming, scopes)
  const consumer = isDelivered ? consumerOf(integration) : undefined
  return { ...facts, ...(consumer && { consumer }) }
}

const insertRotation = async (
  { store, now }: Tools,
  draft: Omit<KeyRotation, 'attempt' | 'begunAt'>,
): Promise<KeyRotation> => {
  const rows = store.open(keyRotationTable)
  // Before the rotation: there is none that nobody looks after.
  await rows.open.upsert(openMarkerOf(draft))
  try {
    return (await rows.rotation.insert({ ...draft, attempt: 1, begunAt: now().toISOString() })).value
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
    return requireRotation(store, draft)
  }
}

const noteRotation = async (store: Store, keyId: string, rotation: string): Promise<void> => {
  await store.open(integrationKeyTable).key.modify({ keyId }, (current) => {
    if (!current) throw over('The key is gone. List the keys again.')
    return current.rotation === rotation ? current : { ...current, rotation }
  })
}

/** Another orchestration beside one that may wait for hours: the steps of both are the same, and can be repeated. */
const suspect = async (store: Store, { tenantId, rotationId }: KeyRotation): Promise<KeyRotation> => {
  const { value } = await store.open(keyRotationTable).rotation.modify({ tenantId, rotationId }, (current) => {
    if (!current) throw over('The rotation is gone.')
    return current.isSuspected ? current : { ...current, isSuspected: true, attempt: current.attempt + 1 }
  })
  return value
}

const over = (text: string): AppError => new AppError('conflict', text)
