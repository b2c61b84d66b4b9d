// The secrets of the local vault and all their versions: what is set, changed, deleted, recovered and purged.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Journal } from '../stand-ins/journal.ts'

/** Unix time in whole seconds, as the API has it. */
const Seconds = z.int().min(0)

export const SecretVersion = z.strictObject({
  version: z.string(),
  value: z.string(),
  contentType: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  enabled: z.boolean(),
  nbf: Seconds.optional(),
  exp: Seconds.optional(),
  created: Seconds,
  updated: Seconds,
})
export type SecretVersion = z.infer<typeof SecretVersion>

export const SecretChange = z.discriminatedUnion('change', [
  /** A version that is new, or is changed. */
  z.strictObject({ change: z.literal('version'), name: z.string(), version: SecretVersion }),
  z.strictObject({ change: z.literal('deleted'), name: z.string(), at: Seconds }),
  z.strictObject({ change: z.literal('recovered'), name: z.string() }),
  z.strictObject({ change: z.literal('purged'), name: z.string() }),
])
export type SecretChange = z.infer<typeof SecretChange>

export type Secret = {
  /** As it was spelled when it was set first: capitals do not count. */
  readonly name: string
  /** Oldest first; the last is the current one, enabled or not. Never empty. */
  readonly versions: readonly SecretVersion[]
  /** When it was deleted. It can be recovered until it is purged. */
  readonly deletedAt?: number
}

export type SecretDraft = Pick<SecretVersion, 'value'> & Partial<Omit<SecretVersion, 'value' | 'version'>>

/** What a change of properties may replace. */
export type SecretPatch = Partial<Pick<SecretVersion, 'contentType' | 'tags' | 'enabled' | 'nbf' | 'exp'>>

type Now = () => number

/** @param now in seconds */
export const createSecrets = (
  journal: Journal<SecretChange>,
  changes: readonly SecretChange[],
  now: Now = () => Math.floor(Date.now() / 1_000),
) => {
  const secrets = new Map<string, Secret>()
  for (const change of changes) apply(secrets, change)
  // What was purged, and what versions were before, is not kept on disk.
  journal.rewrite([...secrets.values()].flatMap(changesOf))
  const make = (change: SecretChange): void => {
    journal.append(change)
    apply(secrets, change)
  }

  return {
    /** By any spelling; also one that is deleted. */
    get: (name: string): Secret | undefined => secrets.get(keyOf(name)),
    /** In the order of their names. */
    list: (): readonly Secret[] => [...secrets.values()].toSorted((a, b) => (keyOf(a.name) < keyOf(b.name) ? -1 : 1)),
    /** A new version of a secret that is not deleted. */
    add: (name: string, draft: SecretDraft): SecretVersion => {
      const at = now()
      const id = randomUUID().replaceAll('-', '')
      const version = { enabled: true, ...draft, version: id, created: at, updated: at }
      make({ change: 'version', name: secrets.get(keyOf(name))?.name ?? name, version })
      return version
    },
    patch: ({ name }: Secret, version: SecretVersion, patch: SecretPatch): SecretVersion => {
      const changed = { ...version, ...patch, updated: now() }
      make({ change: 'version', name, version: changed })
      return changed
    },
    delete: ({ name }: Secret): void => make({ change: 'deleted', name, at: now() }),
    recover: ({ name }: Secret): void => make({ change: 'recovered', name }),
    purge: ({ name }: Secret): void => make({ change: 'purged', name }),
    /** Forgets the secret, or all of them. */
    reset: (name: string | undefined): void => {
      for (const secret of name === undefined ? [...secrets.values()] : [secrets.get(keyOf(name))])
        if (secret) make({ change: 'purged', name: secret.name })
    },
  }
}
export type Secrets = ReturnType<typeof createSecrets>

const keyOf = (name: string): string => name.toLowerCase()

const apply = (secrets: Map<string, Secret>, change: SecretChange): void => {
  const key = keyOf(change.name)
  const known = secrets.get(key)
  if (change.change === 'purged') secrets.delete(key)
  else if (change.change === 'version')
    secrets.set(key, withVersion(known ?? { name: change.name, versions: [] }, change.version))
  else if (known) {
    const { deletedAt: _, ...kept } = known
    secrets.set(key, change.change === 'deleted' ? { ...kept, deletedAt: change.at } : kept)
  }
}

const withVersion = (secret: Secret, version: SecretVersion): Secret => {
  const at = secret.versions.findIndex((known) => known.version === version.version)
  return { ...secret, versions: at < 0 ? [...secret.versions, version] : secret.versions.with(at, version) }
}

const changesOf = ({ name, versions, deletedAt }: Secret): readonly SecretChange[] => [
  ...versions.map((version) => ({ change: 'version' as const, name, version })),
  ...(deletedAt === undefined ? [] : [{ change: 'deleted' as const, name, at: deletedAt }]),
]
