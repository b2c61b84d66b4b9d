// Assists a technician in a running call: looks what was said, and tells what fits, until the call ends, they leave, or it is time to reconnect.
import { AppError, toAppError } from '../../../shared/errors.ts'
import { requireConsent } from '../../../shared/features/consent.ts'
import type { Services } from '../../../shared/services.ts'
import { log, runDetached } from '../../../shared/telemetry/log.ts'
import type { Assistance, AssistanceEvent } from './contract.ts'
import { createEventQueue } from './event-queue.ts'
import { takeStream } from './open-streams.ts'
import { type Rounds, createRounds, toldIn } from './rounds.ts'
import { type Followed, type Look, followCall } from './running-call.ts'
import { suggest } from './suggesting.ts'

export type Asked = Followed & {
  /** Of the caller: who leaves ends all that is under way. */
  readonly signal: AbortSignal
  readonly lastEventId: string | undefined
  /** What can be suggested now is enough. */
  readonly once?: true
}

/** Then the stream ends, and is opened again: whoever may not follow the call any more finds out at the door. */
const streamMsMax = 5 * 60_000

/**
 * @throws AppError before the first event: `ai-opted-out`, `ai-tier-missing`, `too-many-requests`, `not-found`, those of Voice
 */
export async function* assist(services: Services, asked: Asked): AsyncGenerator<AssistanceEvent, void, undefined> {
  await requireConsent(services, asked.tenantId)
  await (await services.aiTiers()).tierOf(asked.tenantId, asked.userId)
  const giveBack = takeStream(asked)
  const over = new AbortController()
  const queue = createEventQueue<AssistanceEvent>()
  const rounds = createRounds(queue.push, toldIn(asked.lastEventId))
  const signal = AbortSignal.any([asked.signal, over.signal])
  const timer = setTimeout(() => over.abort(), streamMsMax)
  signal.addEventListener('abort', queue.close)
  // The log of the invocation ends when the answer begins.
  const work = () => follow({ services, asked, rounds, signal }, queue.push)
  const following = runDetached(work).then(queue.close, queue.fail)
  try {
    yield* queue.events
  } finally {
    clearTimeout(timer)
    over.abort()
    rounds.end()
    giveBack()
    void following
  }
}

type Following = {
  readonly services: Services
  readonly asked: Asked
  readonly rounds: Rounds
  readonly signal: AbortSignal
}

const follow = async (following: Following, emit: (event: AssistanceEvent) => void): Promise<void> => {
  const { services, asked, rounds, signal } = following
  let [shown, upToLine, isAway] = ['', -1, false]
  const rest: Promise<void>[] = []
  for await (const look of followCall(services, asked, signal)) {
    if (signal.aborted) break
    const id = rounds.eventId()
    if (look.kind === 'unavailable' && !isAway)
      emit({
        id,
        event: 'unavailable',
        data: { upToLine: Math.max(0, upToLine), of: 'transcript', code: look.error.code },
      })
    isAway = look.kind === 'unavailable'
    if (look.kind === 'not-allowed') emit({ id, event: 'ended', data: { reason: 'not-allowed' } })
    if (look.kind !== 'call') continue
    if (look.state !== shown) emit({ id, event: 'call', data: callOf(asked, look) })
    shown = look.state
    if (look.state === 'ended') emit({ id, event: 'ended', data: { reason: 'call-ended' } })
    else if (look.upToLine > upToLine && look.lines.length > 0) rest.push(begin(following, look))
    if (asked.once) break
    upToLine = look.upToLine
  }
  if (!asked.once) rounds.end()
  await Promise.all(rest)
}

const callOf = ({ callId }: Asked, { state, upToLine }: Extract<Look, { kind: 'call' }>) => ({
  callId,
  state,
  upToLine,
})

const begin = async (
  { services, asked, rounds }: Following,
  { upToLine, lines }: Extract<Look, { kind: 'call' }>,
): Promise<void> => {
  const round = rounds.begin(upToLine)
  await suggest({ services, followed: asked, round }, lines).catch((thrown: unknown) => {
    const { tenantId } = asked
    log.error('ai.assistance.failed', { tenantId, upToLine, error: toAppError(thrown) })
  })
}

/** What somebody gets who does not want to wait for more. */
const onceMs = 2_500

/** All that is there by then. @throws as `assist` */
export const assistOnce = async (services: Services, asked: Asked): Promise<Assistance> => {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), onceMs)
  const found: { call?: Assistance['call']; articles?: Assistance['articles']; replies?: Assistance['replies'] } = {}
  const unavailable: Assistance['unavailable'] = []
  try {
    const signal = AbortSignal.any([asked.signal, late.signal])
    for await (const told of assist(services, { ...asked, signal, lastEventId: undefined, once: true })) {
      if (told.event === 'call') found.call = told.data
      if (told.event === 'articles') found.articles = told.data
      if (told.event === 'replies') found.replies = told.data
      if (told.event === 'unavailable') unavailable.push(told.data)
    }
  } finally {
    clearTimeout(timer)
  }
  if (!found.call) throw new AppError('caller-gone', 'The caller left before the call could be read.')
  const { call, articles, replies } = found
  return { call, ...(articles && { articles }), ...(replies && { replies }), unavailable }
}
