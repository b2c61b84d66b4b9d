// What the endpoints of keys take and answer.
import * as z from 'zod'
import { scopes } from '../../../shared/auth/caller.ts'
import { keyDays } from '../../../shared/auth/integration-key.ts'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { TenantPath } from '../../../shared/http/tenant-path.ts'
import { name } from '../../../shared/text/text-schema.ts'
import { WaitingFor } from '../../../shared/flows/flow-wait.ts'
import { keyIntegrations, personalScopes } from './grants.ts'
import { outgoing } from './rotation-begin.ts'

const KeyId = z.string().regex(/^[0-9A-Za-z]{12}$/, 'must be the id of a key: its 12 characters between the last two _')

export const KeyParams = z.strictObject({ keyId: KeyId })
export const KeyQuery = z.strictObject(pageQuery(25))
export { TenantPath }
export const OperatorKeyParams = TenantPath.extend(KeyParams.shape)

const days = z.int().min(1).max(keyDays).default(keyDays).describe(`How long it lives, 1 to ${keyDays} days`)
const once = (schema: z.ZodEnum) =>
  z
    .array(schema)
    .min(1)
    .max(scopes.length)
    .transform((list) => [...new Set(list)].toSorted((one, other) => (one < other ? -1 : 1)))

export const KeyDraft = z.strictObject({
  name: name(80),
  integration: z.enum(keyIntegrations).describe('Who calls, and whom'),
  scopes: once(z.enum(scopes)) as z.ZodType<(typeof scopes)[number][], (typeof scopes)[number][]>,
  days,
})
export type KeyDraft = z.output<typeof KeyDraft>

export const Provision = z.strictObject({
  integration: z.enum([...keyIntegrations, ...outgoing]).describe('Who calls, and whom. `suite` is this suite'),
})

export const RotationParams = z.strictObject({ rotationId: z.string().regex(/^[0-9A-Za-z-]{1,40}$/) })
export const OperatorRotationParams = TenantPath.extend(RotationParams.shape)

export const ApiKeyDraft = z.strictObject({
  name: name(80),
  scopes: once(z.enum(personalScopes)) as z.ZodType<
    (typeof personalScopes)[number][],
    (typeof personalScopes)[number][]
  >,
  days,
})
export type ApiKeyDraft = z.output<typeof ApiKeyDraft>

const time = z.iso.datetime()

export const Key = z
  .object({
    id: z.string(),
    name: z.string().optional(),
    integration: z.string().describe('Who calls, and whom'),
    scopes: z.array(z.enum(scopes)),
    state: z.enum(['active', 'expired', 'revoked']),
    createdAt: time,
    createdBy: z.string().optional(),
    ageDays: z.int(),
    expiresAfter: time,
    direction: z.enum(['incoming', 'outgoing']).describe('`outgoing`: this suite calls the product with it'),
    nextRotation: time.optional().describe('About when it is rotated by itself. Absent when it is not, or is already'),
    rotation: z.string().optional().describe('Id of the rotation that replaces it'),
    replaces: z.string().optional().describe('Id of the key whose place it takes; both are good while they overlap'),
    replacedBy: z
      .string()
      .optional()
      .describe('Id of the key that takes its place: it ends once the consumer is on that one'),
    revoked: z.object({ at: time, by: z.string() }).optional(),
    firstUsedAt: time.optional().describe('Absent when it was never used'),
    lastUsedAt: time.optional().describe('Up to the last few seconds'),
  })
  .meta({ id: 'Key' })
export type Key = z.input<typeof Key>

export const Keys = z.object({ keys: z.array(Key), nextCursor }).meta({ id: 'Keys' })

export const NewKey = z
  .object({
    created: Key,
    key: z
      .string()
      .optional()
      .describe(
        'Shown this once. A repetition with the same Idempotency-Key is without it: then revoke the key and make another',
      ),
  })
  .meta({ id: 'NewKey' })

const step = (what: string) => time.optional().describe(what)

export const Rotation = z
  .object({
    id: z.string(),
    integration: z.string().describe('Who calls, and whom'),
    oldKeyId: z.string().optional().describe('Absent for the first key of an integration'),
    newKeyId: z.string().optional(),
    isSuspected: z.boolean(),
    requestedBy: z.string(),
    state: z
      .enum(['running', 'done', 'cancelled'])
      .describe('`cancelled`: the new key was revoked, or nobody was shown it'),
    begunAt: time,
    revokedAt: step('The suspected key is refused by every verifier'),
    createdAt: step('The new key is in the vault'),
    shownAt: step('The answer to who asked has shown the new key. Only where no product takes it by registration'),
    withdrawnAt: step('It could be shown to nobody, and does not come to be. Ask for the replacement again'),
    registeredAt: step('The product that verifies it or calls with it has it'),
    testedAt: step('Its verifier takes it'),
    promotedAt: step('It is the one to call with. The old one ends 14 days later at the latest'),
    adoptedAt: step('Its consumer was seen on it'),
    missedAt: step('An incident names the consumer, who has not used it for 7 days'),
    retiredAt: step('The old key is refused'),
    endedAt: time.optional(),
    waitingFor: WaitingFor.optional(),
  })
  .meta({ id: 'KeyRotation', description: 'How far the replacement of a key is: each step with when it was done' })

export const KeyUse = z
  .object({
    hours: z.array(
      z.object({
        hour: time.describe('Its beginning'),
        count: z.int(),
        firstAt: time,
        lastAt: time,
        operations: z.record(z.string(), z.int()).describe('How often, by function'),
        addresses: z.record(z.string(), z.int()).describe('How often, by the address that the calls came from'),
      }),
    ),
    nextCursor,
  })
  .meta({ id: 'KeyUse', description: 'Newest first. An hour has an entry for each of our processes that was called' })
