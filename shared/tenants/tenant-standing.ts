// Whether an organization may be worked for: Hub's word of the last seconds. No event tells of a suspension, so Hub is asked.
import { LRUCache } from 'lru-cache'
import * as z from 'zod'
import { AppError, isAppError } from '../errors.ts'
import type { HubClient } from '../peers/hub/client.ts'
import { isSuspended } from '../peers/hub/vocabulary.ts'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'
import { log } from '../telemetry/log.ts'

const Standing = z.enum(['active', 'suspended', 'gone'])
type Standing = z.infer<typeof Standing>

const KnownStanding = z.strictObject({ tenantId: z.string(), standing: Standing, seenAt: z.iso.datetime() })

/** What Hub said last, for instances that start while Hub is away. */
export const tenantStandingTable = table('tenantStandings', {
  standing: rowKind({ schema: KnownStanding, partition: ['tenantId'], key: [], keepFor: { days: 400 } }),
})

export type TenantStandings = {
  /**
   * Resolves while Hub has the organization as active. Throws `unauthenticated` when it is suspended, or gone though Hub has had it,
   * and `peer-unavailable` when Hub is away and has not vouched for it in the last 4 hours.
   * @param vouchedAt when Hub vouched for it otherwise: the time of a product token, or of the making of a key
   */
  readonly requireActive: (tenantId: string, vouchedAt: string) => Promise<void>
}

type Parts = { readonly store: Store; readonly hub: () => Promise<HubClient>; readonly now: () => Date }

/** A suspension is to take effect within 5 seconds; the rest is for the question to Hub. */
const freshMs = 3_500
/** From then on Hub is asked while the known answer is given, so that nobody waits. */
const askAgainMs = 2_000
/** How old Hub's word may be while Hub is away. */
const believedMs = 4 * 3_600_000
/** How often a standing that stays the same is stored. */
const storedEveryMs = 600_000
const cacheSizeMax = 10_000

/** `seenAt`: when Hub said so. `unheard`: Hub has never had it. `unknown`: Hub is away, and nothing is stored. */
type Known = { readonly standing: Standing | 'unheard' | 'unknown'; readonly seenAt: number; readonly storedAt: number }
type Answer = Known & { readonly askedAt: number }

export const createTenantStandings = (parts: Parts): TenantStandings => {
  const { now } = parts
  const ask = createQuestion(parts)
  const answers = new LRUCache<string, Answer>({ max: cacheSizeMax })
  const questions = new Map<string, Promise<Answer>>()

  /** Those who ask at the same time share one question. */
  const askOnce = (tenantId: string): Promise<Answer> => {
    const running = questions.get(tenantId)
    if (running) return running
    const question = ask(tenantId, answers.get(tenantId))
      .then((answer) => {
        answers.set(tenantId, answer)
        return answer
      })
      .finally(() => questions.delete(tenantId))
    questions.set(tenantId, question)
    return question
  }

  const current = async (tenantId: string): Promise<Answer> => {
    const answer = answers.get(tenantId)
    const age = answer ? now().getTime() - answer.askedAt : Infinity
    if (!answer || age >= freshMs) return askOnce(tenantId)
    // What it fails with is met by whoever has to wait for it.
    if (age >= askAgainMs) askOnce(tenantId).catch(() => undefined)
    return answer
  }

  return {
    requireActive: async (tenantId, vouchedAt) => {
      const { standing, seenAt } = await current(tenantId)
      if (standing === 'suspended' || standing === 'gone') throw suspended()
      if (now().getTime() - Math.max(seenAt, Date.parse(vouchedAt)) > believedMs) throw unsaid()
    },
  }
}

type Question = (tenantId: string, last: Answer | undefined) => Promise<Answer>

/** Asks Hub, and goes on with what was known while Hub is away. */
const createQuestion = ({ store, hub, now }: Parts): Question => {
  const rows = store.open(tenantStandingTable).standing

  const stored = async (tenantId: string): Promise<Known> => {
    const row = await rows.get({ tenantId })
    if (!row) return { standing: 'unknown', seenAt: 0, storedAt: 0 }
    const seenAt = Date.parse(row.value.seenAt)
    return { standing: row.value.standing, seenAt, storedAt: seenAt }
  }

  /** Nobody acts on news before they are stored: what is gone may not be taken for what Hub has never had. */
  const learn = async (tenantId: string, known: Known, said: Standing, at: number): Promise<Known> => {
    if (said === 'gone' && ['unknown', 'unheard'].includes(known.standing))
      return { standing: 'unheard', seenAt: at, storedAt: 0 }
    if (said === known.standing && at - known.storedAt < storedEveryMs) return { ...known, seenAt: at }
    await rows.upsert({ tenantId, standing: said, seenAt: new Date(at).toISOString() })
    if (said !== known.standing)
      log.info('tenant.standing.changed', { tenantId, before: known.standing, standing: said })
    return { standing: said, seenAt: at, storedAt: at }
  }

  const askHub = async (tenantId: string, known: Known): Promise<Standing | undefined> => {
    try {
      const organization = await (await hub()).getOrganization(tenantId)
      if (!organization) return 'gone'
      return isSuspended(organization) ? 'suspended' : 'active'
    } catch (error) {
      if (isAppError(error, 'not-configured')) throw error
      log.warn('tenant.standing.stale', { tenantId, standing: known.standing, error })
      return undefined
    }
  }

  return async (tenantId, last) => {
    const askedAt = now().getTime()
    const known = last ?? (await stored(tenantId))
    const said = await askHub(tenantId, known)
    if (said === undefined) return { ...known, askedAt: now().getTime() }
    return { ...(await learn(tenantId, known, said, askedAt)), askedAt }
  }
}

const suspended = (): AppError =>
  new AppError(
    'unauthenticated',
    'The organization is suspended in Hub. Contact its owner or the support of The One Stack.',
  )

const unsaid = (): AppError =>
  new AppError('peer-unavailable', 'Hub cannot confirm that the organization is active. Try again in a few seconds.', {
    details: { peer: 'hub', operation: 'get organization', retryAfterSeconds: 5 },
  })
