// A key takes the place of another (KEY-2, KEY-3). Both are good until the consumer has been seen on the new one; a suspected key is
// ended first. Every step can be repeated, and after each of them the consumer holds a key that works.
import {
  type StoredKey,
  integrationKeyTable,
  keyDays,
  readKey,
  revokeKey,
} from '../../../shared/auth/integration-key.ts'
import { keyUseSummary } from '../../../shared/auth/key-use-report.ts'
import type { Config } from '../../../shared/config/config.ts'
import { AppError } from '../../../shared/errors.ts'
import type { AuditLog } from '../../../shared/audit-log/audit-log.ts'
import { recordIncident } from '../../../shared/incidents/incident-recording.ts'
import { keptApart } from '../../../shared/incidents/kept-apart.ts'
import type { Store } from '../../../shared/store/store.ts'
import type { Key } from './contract.ts'
import { type KeyIntegration, keyIntegrations, requireGrant } from './grants.ts'
import { makeKey } from './key-life.ts'
import { type KeyReplacement, keyReplacementTable, replacementBuckets } from './replacement-table.ts'

const dayMs = 86_400_000
/** The old key ends then, whether or not the consumer has the new one. */
const overlapDays = 14
/** After so long somebody is told that the consumer has not taken the new one. */
const patienceDays = 7
/** The old one goes when nobody has used it for so long. */
const quietDays = 1

type Tools = { readonly store: Store; readonly now: () => Date }
type Order = { readonly tenantId: string; readonly keyId: string; readonly by: string; readonly isSuspected: boolean }

/**
 * Makes the new key; the answer alone has it.
 * @throws AppError `not-found`; `conflict` for a key that is over, that belongs to a person, or that is being replaced already
 */
export const replaceKey = async (
  { store, now, config }: Tools & { readonly config: Config },
  { tenantId, keyId, by, isSuspected }: Order,
): Promise<{ readonly created: Key; readonly key: string }> => {
  const old = await readKey(store, tenantId, keyId)
  await requireNoSuccessor(store, old)
  const integration = replaceableIntegration(old, now(), isSuspected)
  // First: whoever has found it is to be stopped, also if nothing else comes of this.
  if (isSuspected) await revokeKey(store, { tenantId, keyId }, { at: now().toISOString(), by })
  const { scopes, label } = old
  // What may be given can have become less since.
  requireGrant(integration, scopes)
  const draft = { tenantId, integration, scopes, createdBy: by, replaces: keyId, ...(label !== undefined && { label }) }
  const made = await makeKey({ store, config, now: now() }, draft)
  const newKeyId = made.created.id
  await store.open(keyReplacementTable).pending.upsert({
    bucket: replacementBuckets.of(tenantId),
    tenantId,
    oldKeyId: keyId,
    newKeyId,
    integration,
    since: now().toISOString(),
  })
  await claim(store, { old, newKeyId, by }, now())
  return made
}

/** Of two at once, one has the place; the other's key ends before anybody has seen it. */
const claim = async (
  store: Store,
  { old, newKeyId, by }: { readonly old: StoredKey; readonly newKeyId: string; readonly by: string },
  now: Date,
): Promise<void> => {
  const { tenantId, keyId } = old
  const hardStop = new Date(now.getTime() + overlapDays * dayMs).toISOString()
  const { value } = await store.open(integrationKeyTable).key.modify({ keyId }, (current) => {
    if (!current) throw new AppError('conflict', 'The key is gone. List the keys again.')
    if (current.replacedBy !== old.replacedBy) return current
    // A second attempt does not put the end off.
    return {
      ...current,
      replacedBy: newKeyId,
      // Never later than it would have ended by itself.
      expiresAfter: old.replacedBy === undefined && hardStop < old.expiresAfter ? hardStop : old.expiresAfter,
    }
  })
  if (value.replacedBy === newKeyId) return
  await revokeKey(store, { tenantId, keyId: newKeyId }, { at: now.toISOString(), by })
  throw alreadyReplaced(value)
}

/** One that was revoked is none: the key may be replaced again. */
const requireNoSuccessor = async (store: Store, old: StoredKey): Promise<void> => {
  if (old.replacedBy === undefined) return
  const successor = await store.open(integrationKeyTable).key.get({ keyId: old.replacedBy })
  if (successor && !successor.value.revoked) throw alreadyReplaced(old)
}

const replaceableIntegration = (old: StoredKey, now: Date, isSuspected: boolean): KeyIntegration => {
  const isOver = old.revoked !== undefined || Date.parse(old.expiresAfter) <= now.getTime()
  // One that was ended because it is suspected may still need its replacement: the request was cut off in between.
  if (isOver && !(isSuspected && old.revoked)) throw new AppError('conflict', 'The key is over. Make a new one.')
  const integration = keyIntegrations.find((name) => name === old.integration)
  if (integration === undefined || old.holder)
    throw new AppError('conflict', 'Only keys of products are replaced. Make a new one, and revoke this one.')
  return integration
}

const alreadyReplaced = ({ keyId, replacedBy }: StoredKey): AppError =>
  new AppError(
    'conflict',
    `The key ${keyId} is being replaced by ${replacedBy} already. Revoke that one to begin again.`,
  )

type RetirementTools = Tools & { readonly audit: AuditLog }

const retirement = { integration: 'suite→storage', operation: 'retire replaced keys' } as const

/** @param signal aborted when no further one is to be looked at */
export const retireReplacedKeys = async (tools: RetirementTools, signal: AbortSignal): Promise<void> => {
  const rows = tools.store.open(keyReplacementTable).pending
  for (const bucket of replacementBuckets.names)
    for await (const { value } of rows.each({ bucket }, { signal }))
      await keptApart(tools, { ...retirement, tenantId: value.tenantId, event: 'key.retirement.failed' }, async () => {
        if (await isSettled(tools, value)) await rows.delete(value)
      })
}

/** Retires the old key once the consumer has been seen on the new one and has left the old one. @returns whether nothing is left to do */
const isSettled = async ({ store, now, audit }: RetirementTools, replacement: KeyReplacement): Promise<boolean> => {
  const { tenantId, oldKeyId, newKeyId } = replacement
  const rows = store.open(integrationKeyTable).key
  const [old, fresh] = await Promise.all([rows.get({ keyId: oldKeyId }), rows.get({ keyId: newKeyId })])
  if (fresh?.value.revoked) return true
  if (!old || !fresh || old.value.replacedBy !== newKeyId) return isLongAgo(replacement, now(), quietDays)
  const adopted = (await keyUseSummary(store, tenantId, newKeyId)).firstUsedAt
  if (adopted === undefined) return tellIfLate({ store, now }, replacement)
  if (old.value.revoked || Date.parse(old.value.expiresAfter) <= now().getTime()) return true
  const { lastUsedAt } = await keyUseSummary(store, tenantId, oldKeyId)
  const quietSince = lastUsedAt !== undefined && lastUsedAt > adopted ? lastUsedAt : adopted
  if (now().getTime() - Date.parse(quietSince) < quietDays * dayMs) return false
  const by = 'function:ai-key-retirement-timer'
  await audit.append(
    tenantId,
    { action: 'key.revoked', outcome: 'asked', actor: by, subjects: [oldKeyId] },
    `key retired ${oldKeyId}`,
  )
  await revokeKey(store, { tenantId, keyId: oldKeyId }, { at: now().toISOString(), by })
  return true
}

const isLongAgo = ({ since }: KeyReplacement, now: Date, days: number): boolean =>
  now.getTime() - Date.parse(since) >= days * dayMs

/** @returns whether to look no longer: the new key itself is over */
const tellIfLate = async (tools: Tools, replacement: KeyReplacement): Promise<boolean> => {
  const now = tools.now()
  if (isLongAgo(replacement, now, keyDays)) return true
  if (!isLongAgo(replacement, now, patienceDays)) return false
  const { tenantId, integration, newKeyId } = replacement
  const error = new AppError('key-not-adopted', `The consumer of ${integration} has not used its new key ${newKeyId}.`)
  const what = { integration, operation: 'adopt a new key', thing: newKeyId } as const
  await recordIncident(tools, { ...what, tenantId, error })
  return false
}
