// The integration keys of a stand-in: those that it starts with, and those that the suite registers, of both directions. Two keys of a tenant
// are good beside each other until one is retired.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { KeyRegistration, type RegisteredKey, RegisteredKeyId } from '../../shared/peers/registration/contract.ts'
import { isAcceptedKey, isSameKey } from './integration-key.ts'
import { openJournalIn } from './journal.ts'

/** When the product takes up a key with which it calls the suite: when it arrives, when it is told to by the control API, or never. */
export const Adoption = z.enum(['at-once', 'late', 'never'])
export type Adoption = z.infer<typeof Adoption>

const time = z.iso.datetime()
const place = { tenantId: z.string(), keyId: RegisteredKeyId, at: time }
const RegistryChange = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('registered'), ...place, registration: KeyRegistration }),
  z.strictObject({ change: z.literal('retired'), ...place }),
  z.strictObject({ change: z.literal('seen'), ...place }),
  z.strictObject({ change: z.literal('adopted'), ...place }),
])
type RegistryChange = z.infer<typeof RegistryChange>

type Held = {
  readonly registration: KeyRegistration
  readonly registeredAt: string
  lastSeenAt?: string
  retiredAt?: string
}

type Tenant = { readonly keys: Map<string, Held>; calling?: string; adoption?: Adoption }

export type KeyRegistry = ReturnType<typeof openKeyRegistry>

export const openKeyRegistry = ({
  name,
  keys,
  registrationKeys,
  dataFolder,
}: {
  /** Slug of the product. */
  readonly name: string
  /** Good for every tenant. */
  readonly keys: readonly string[]
  /** Credentials with which keys are registered. */
  readonly registrationKeys: readonly string[]
  readonly dataFolder: string | undefined
}) => {
  const { journal, entries } = openJournalIn(dataFolder, `${name}-keys.jsonl`, RegistryChange)
  const tenants = createTenants(journal.append, entries)
  return {
    ...acceptance(tenants, keys),
    ...registering(tenants),
    ...adopting(tenants),
    mayRegister: (given: string | undefined): boolean => isAcceptedKey(given, registrationKeys),
    close: journal.close,
  }
}

type Tenants = {
  readonly of: (tenantId: string) => Tenant
  readonly all: ReadonlyMap<string, Tenant>
  /** Now, and after a restart. */
  readonly commit: (
    change: Pick<RegistryChange, 'change' | 'tenantId' | 'keyId'> & { readonly registration?: KeyRegistration },
  ) => void
}

const createTenants = (append: (change: RegistryChange) => void, entries: readonly RegistryChange[]): Tenants => {
  const all = new Map<string, Tenant>()
  const of = (tenantId: string): Tenant => {
    const tenant = all.get(tenantId) ?? { keys: new Map() }
    all.set(tenantId, tenant)
    return tenant
  }
  for (const change of entries) applyChange(of(change.tenantId), change)
  return {
    of,
    all,
    commit: (draft) => {
      const change = { ...draft, at: now() } as RegistryChange
      append(change)
      applyChange(of(change.tenantId), change)
    },
  }
}

const now = (): string => new Date().toISOString()

/** A use is written down this often. */
const seenEveryMs = 1_000

const acceptance = (tenants: Tenants, keys: readonly string[]) => ({
  /** The id of the key, or `setting` for one that the stand-in was started with; undefined for one that is not good. */
  accept: (given: string | undefined, tenantId: string | undefined): string | undefined => {
    if (given === undefined) return undefined
    if (isAcceptedKey(given, keys)) return 'setting'
    const found = findKey(tenants, given, tenantId)
    if (!found) return undefined
    const { lastSeenAt } = found.held
    if (lastSeenAt === undefined || Date.now() - Date.parse(lastSeenAt) >= seenEveryMs)
      tenants.commit({ change: 'seen', tenantId: found.tenantId, keyId: found.keyId })
    return found.keyId
  },
})

/** The registered key that this is; of any tenant where the request names none. */
const findKey = ({ all }: Tenants, given: string, tenantId: string | undefined) => {
  const hash = createHash('sha256').update(given).digest('base64url')
  for (const [id, { keys }] of all)
    for (const [keyId, held] of keys)
      if ((tenantId ?? id) === id && isGood(held) && isSameKey(keyHashOf(held), hash))
        return { tenantId: id, keyId, held }
  return undefined
}

const keyHashOf = ({ registration: given }: Held): string => (given.use === 'verify' ? given.keyHash : '')

const isGood = ({ retiredAt, registration: { expiresAfter } }: Held): boolean =>
  retiredAt === undefined && expiresAfter > now()

const registering = (tenants: Tenants) => ({
  register: (tenantId: string, keyId: string, given: KeyRegistration): RegisteredKey | 'conflict' => {
    const tenant = tenants.of(tenantId)
    const known = tenant.keys.get(keyId)
    if (known?.retiredAt !== undefined) return 'conflict'
    if (known && JSON.stringify(known.registration) !== JSON.stringify(given)) return 'conflict'
    if (!known) tenants.commit({ change: 'registered', tenantId, keyId, registration: given })
    // Without any key it cannot call at all.
    const isAdopted = (tenant.adoption ?? 'at-once') === 'at-once' || tenant.calling === undefined
    if (given.use === 'call' && !known && isAdopted) tenants.commit({ change: 'adopted', tenantId, keyId })
    return shown(keyId, tenant.keys.get(keyId))
  },
  retire: (tenantId: string, keyId: string): RegisteredKey | undefined => {
    const known = tenants.of(tenantId).keys.get(keyId)
    if (!known) return undefined
    if (known.retiredAt === undefined) tenants.commit({ change: 'retired', tenantId, keyId })
    return shown(keyId, known)
  },
  /** Newest first. */
  list: (tenantId: string): readonly RegisteredKey[] =>
    [...tenants.of(tenantId).keys].map(([keyId, held]) => shown(keyId, held)).toReversed(),
})

const adopting = (tenants: Tenants) => ({
  setAdoption: (tenantId: string, chosen: Adoption): void => {
    tenants.of(tenantId).adoption = chosen
  },
  /** Takes up the newest key with which it may call; that is what one that is late does in the end. */
  adopt: (tenantId: string): void => {
    const [newest] = [...tenants.of(tenantId).keys]
      .filter(([, { registration: given, retiredAt }]) => given.use === 'call' && retiredAt === undefined)
      .toReversed()
    if (newest) tenants.commit({ change: 'adopted', tenantId, keyId: newest[0] })
  },
  /** The key with which the product calls the suite now. */
  calling: (tenantId: string): { readonly keyId: string; readonly key: string } | undefined => {
    const { calling: keyId = '', keys } = tenants.of(tenantId)
    const given = keys.get(keyId)?.registration
    return given?.use === 'call' ? { keyId, key: given.key } : undefined
  },
})

const applyChange = (tenant: Tenant, change: RegistryChange): void => {
  if (change.change === 'registered')
    tenant.keys.set(change.keyId, { registration: change.registration, registeredAt: change.at })
  const held = tenant.keys.get(change.keyId)
  if (!held) return
  if (change.change === 'retired') held.retiredAt = change.at
  if (change.change === 'seen') held.lastSeenAt = change.at
  if (change.change === 'adopted') tenant.calling = change.keyId
}

const shown = (keyId: string, held: Held | undefined): RegisteredKey => {
  if (!held) throw new Error(`The key ${keyId} is gone.`)
  const { registration, registeredAt, lastSeenAt, retiredAt } = held
  const { use, expiresAfter } = registration
  return {
    keyId,
    use,
    registeredAt,
    expiresAfter,
    ...(lastSeenAt !== undefined && { lastSeenAt }),
    ...(retiredAt !== undefined && { retiredAt }),
  }
}
