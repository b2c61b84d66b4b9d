// Keys of an organization and of its people: made, shown, listed, revoked.
import {
  type NewIntegrationKey,
  type StoredKey,
  createIntegrationKey,
  integrationKeyTable,
  keyListTable,
  readKey,
} from '../../../shared/auth/integration-key.ts'
import { environmentOf } from '../../../shared/auth/key-environment.ts'
import { keyIdOf } from '../../../shared/auth/key-form.ts'
import { type KeyUseSummary, keyUseSummary } from '../../../shared/auth/key-use-report.ts'
import type { Config } from '../../../shared/config/config.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Page } from '../../../shared/store/page.ts'
import type { Store } from '../../../shared/store/store.ts'
import type { Key } from './contract.ts'
import { dueAtOf, isRotatedByItself } from './rotation-table.ts'

type Listing = { readonly limit: number; readonly cursor?: string | undefined }
type Whose = { readonly tenantId: string; readonly userId?: string }

type Made = { readonly created: Key; readonly key: string }

/** With the key itself, which is nowhere else. */
export const makeKey = async (
  { store, config, now }: { readonly store: Store; readonly config: Config; readonly now: Date },
  draft: Omit<NewIntegrationKey, 'environment' | 'now'>,
): Promise<Made> => {
  const key = await createIntegrationKey(store, { ...draft, environment: environmentOf(config), now })
  const stored = await readKey(store, draft.tenantId, keyIdOf(key) ?? '')
  return { created: shownKey(stored, {}, now), key }
}

/** A repetition with the same Idempotency-Key is without the key: nothing stores it. */
export const newKeyAnswer = (made: Made) =>
  ({ status: 201, body: made, withoutSecret: { created: made.created }, made: { keyId: made.created.id } }) as const

/** Newest first. @param whose of one person alone, where a user is named */
export const listKeys = async (
  { store, now }: { readonly store: Store; readonly now: Date },
  { tenantId, userId }: Whose,
  { limit, cursor }: Listing,
): Promise<{ readonly keys: Key[]; readonly nextCursor?: string }> => {
  const lists = store.open(keyListTable)
  const page: Page<{ readonly keyId: string }> =
    userId === undefined
      ? await lists.ofTenant.list({ tenantId }, { limit, cursor })
      : await lists.ofPerson.list({ tenantId }, { limit, cursor, from: [userId], to: [userId] })
  const rows = store.open(integrationKeyTable).key
  // What is listed and was never made, or has ended long ago, is nothing to show.
  const found = await Promise.all(page.rows.map(({ value: { keyId } }) => rows.get({ keyId })))
  const keys = found.filter((row) => row?.value.tenantId === tenantId).flatMap((row) => (row ? [row.value] : []))
  const shown = await Promise.all(keys.map((key) => showKey({ store, now }, key)))
  return { keys: shown, ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }) }
}

export const showKey = async (
  { store, now }: { readonly store: Store; readonly now: Date },
  key: StoredKey,
): Promise<Key> => shownKey(key, await keyUseSummary(store, key.tenantId, key.keyId), now)

const dayMs = 86_400_000

const shownKey = (key: StoredKey, use: KeyUseSummary, now: Date): Key => ({
  id: key.keyId,
  ...(key.label !== undefined && { name: key.label }),
  integration: key.integration,
  scopes: [...key.scopes],
  state: key.revoked ? 'revoked' : Date.parse(key.expiresAfter) <= now.getTime() ? 'expired' : 'active',
  createdAt: key.createdAt,
  ...(key.createdBy !== undefined && { createdBy: key.createdBy }),
  ageDays: Math.floor((now.getTime() - Date.parse(key.createdAt)) / dayMs),
  expiresAfter: key.expiresAfter,
  direction: key.peer === undefined ? 'incoming' : 'outgoing',
  ...(isRotatedByItself(key) && !key.revoked && key.replacedBy === undefined && { nextRotation: dueAtOf(key) }),
  ...(key.rotation !== undefined && { rotation: key.rotation }),
  ...(key.replaces !== undefined && { replaces: key.replaces }),
  ...(key.replacedBy !== undefined && { replacedBy: key.replacedBy }),
  ...(key.revoked && { revoked: key.revoked }),
  ...use,
})

/** One that another product verifies ends there: by its rotation as a suspected one. @throws AppError `not-found`, `conflict` */
export const requireVerifiedHere = async (store: Store, tenantId: string, keyId: string): Promise<void> => {
  const { peer } = await readKey(store, tenantId, keyId)
  if (peer !== undefined)
    throw new AppError('conflict', 'Another product verifies this key. Have an operator replace it as suspected.')
}
