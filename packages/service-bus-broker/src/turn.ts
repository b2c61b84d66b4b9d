// One turn of the event loop as one unit of work: what came in is handled, what waits is handed out, all of it is committed, and only
// then is anything answered. rhea writes to the sockets after the turn, so nothing leaves before it is stored.
import type { Clock } from './clock.ts'
import type { Store } from './store.ts'

export type Turn = {
  /** Has the turn end soon, and calls `answer` once everything written until then is stored. */
  readonly commit: (answer?: () => void) => void
  /** Ends it at once: when the broker closes. */
  readonly end: () => void
}

type Work = {
  readonly store: Store
  readonly clock: Clock
  /** Hands out messages. */
  readonly dispatch: () => void
  readonly runDue: () => void
  readonly nextDue: () => number
}

export const createTurn = ({ store, clock, dispatch, runDue, nextDue }: Work): Turn => {
  let answers: (() => void)[] = []
  let scheduled: NodeJS.Immediate | undefined

  const end = (): void => {
    if (scheduled !== undefined) clearImmediate(scheduled)
    scheduled = undefined
    dispatch()
    store.commit()
    const committed = answers
    answers = []
    for (const answer of committed) answer()
    clock.wakeAt(nextDue())
  }
  clock.onWake(() => {
    runDue()
    end()
  })
  return {
    commit: (answer) => {
      if (answer !== undefined) answers.push(answer)
      scheduled ??= setImmediate(end)
    },
    end,
  }
}
