// What Hub said last of something: good for some seconds, asked for anew before they are over, and what counts while Hub is away.
import { LRUCache } from 'lru-cache'
import { isAppError } from '../errors.ts'
import { log } from '../telemetry/log.ts'

/** `saidAt`: when Hub said so, in milliseconds since 1970. Nothing was ever heard: `said` is undefined, and `saidAt` 0. */
export type LastWord<Said> = { readonly said: Said | undefined; readonly saidAt: number }

type Rules<Subject, Said extends string> = {
  /** As logs name it: `tenant.standing`. */
  readonly name: string
  readonly now: () => Date
  readonly idOf: (subject: Subject) => string
  /** How old an answer may be. */
  readonly freshMs: number
  /** From then on Hub is asked while the known answer is given, so that nobody waits. */
  readonly askAgainMs: number
  /** How old Hub's word may be while Hub is away. */
  readonly believedMs: number
  /** Asks Hub; what it throws, but for `not-configured`, means that Hub is away. */
  readonly ask: (subject: Subject, before: Said | undefined) => Promise<Said>
  /** What is stored, for instances that start while Hub is away. */
  readonly read: (subject: Subject) => Promise<LastWord<Said> | undefined>
  readonly write: (subject: Subject, said: Said, saidAt: Date) => Promise<void>
}

/** How often a word that stays the same is stored. */
const storedEveryMs = 600_000
const cacheSizeMax = 10_000
/** Of what nobody may go by: one call that Hub failed would hold up an organization for as long as an answer is good. */
const unknownMs = 2_000

type Known<Said> = LastWord<Said> & { readonly storedAt: number }
type Answer<Said> = Known<Said> & {
  readonly askedAt: number
  /** Hub was away, and what it said before is not believed any more. */
  readonly isUnknown?: boolean
}

/** Resolves with the last word, however old: whoever asks looks how old it is. */
export const createLastWord = <Subject extends object, Said extends string>(
  rules: Rules<Subject, Said>,
): ((subject: Subject) => Promise<LastWord<Said>>) => {
  const { now, idOf, freshMs, askAgainMs } = rules
  const answers = new LRUCache<string, Answer<Said>>({ max: cacheSizeMax })
  const questions = new Map<string, Promise<Answer<Said>>>()

  /** Those who ask at the same time share one question. */
  const askOnce = (subject: Subject): Promise<Answer<Said>> => {
    const id = idOf(subject)
    const running = questions.get(id)
    if (running) return running
    const question = ask(rules, subject, answers.get(id))
      .then((answer) => {
        answers.set(id, answer)
        return answer
      })
      .finally(() => questions.delete(id))
    questions.set(id, question)
    return question
  }

  return async (subject) => {
    const answer = answers.get(idOf(subject))
    const age = answer ? now().getTime() - answer.askedAt : Infinity
    if (!answer || age >= (answer.isUnknown ? Math.min(unknownMs, freshMs) : freshMs)) return askOnce(subject)
    // What it fails with is met by whoever has to wait for it.
    if (age >= askAgainMs) askOnce(subject).catch(() => undefined)
    return answer
  }
}

/** Asks Hub, and goes on with what was known while Hub is away. */
const ask = async <Subject extends object, Said extends string>(
  rules: Rules<Subject, Said>,
  subject: Subject,
  last: Answer<Said> | undefined,
): Promise<Answer<Said>> => {
  const { name, now } = rules
  const askedAt = now().getTime()
  const known = last ?? (await stored(rules, subject))
  let said: Said
  try {
    said = await rules.ask(subject, known.said)
  } catch (error) {
    if (isAppError(error, 'not-configured')) throw error
    log.warn(`${name}.stale`, { ...subject, said: known.said, error })
    const failedAt = now().getTime()
    return { ...known, askedAt: failedAt, isUnknown: failedAt - known.saidAt > rules.believedMs }
  }
  return { ...(await learn(rules, { subject, known, said, at: askedAt })), askedAt }
}

const stored = async <Subject, Said extends string>(
  { read }: Rules<Subject, Said>,
  subject: Subject,
): Promise<Known<Said>> => {
  const word = await read(subject)
  return word ? { ...word, storedAt: word.saidAt } : { said: undefined, saidAt: 0, storedAt: 0 }
}

type News<Subject, Said> = {
  readonly subject: Subject
  readonly known: Known<Said>
  readonly said: Said
  readonly at: number
}

/** Nobody acts on news before they are stored, or an instance that starts next would not know them while Hub is away. */
const learn = async <Subject extends object, Said extends string>(
  { name, write }: Rules<Subject, Said>,
  { subject, known, said, at }: News<Subject, Said>,
): Promise<Known<Said>> => {
  if (said === known.said && at - known.storedAt < storedEveryMs) return { ...known, saidAt: at }
  await write(subject, said, new Date(at))
  if (said !== known.said) log.info(`${name}.changed`, { ...subject, before: known.said, said })
  return { said, saidAt: at, storedAt: at }
}
