// The rounds of an assisted call: each belongs to the lines until then, and is over, with whatever it still waits for, when newer ones come.
import type { AssistanceEvent } from './contract.ts'

/** What a round tells, each once. */
const parts = { articles: 1, extract: 2, model: 4 } as const
export type Part = keyof typeof parts

/** Where a stream goes on: of the line, what was told. */
export type Told = { readonly upToLine: number; readonly parts: number }

export const eventIdOf = ({ upToLine, parts: told }: Told): string => `${upToLine}.${told}`

/** Undefined for an id that is none of ours. */
export const toldIn = (eventId: string | undefined): Told | undefined => {
  const [, line, told] = /^(\d{1,9})\.([0-7])$/.exec(eventId ?? '') ?? []
  return line === undefined ? undefined : { upToLine: Number(line), parts: Number(told) }
}

type Content = AssistanceEvent extends infer Event ? (Event extends AssistanceEvent ? Omit<Event, 'id'> : never) : never

export type Round = {
  readonly upToLine: number
  /** Aborted when newer lines come: what is asked of a model ends there as well. */
  readonly signal: AbortSignal
  readonly isTold: (part: Part) => boolean
  /** Nothing happens once the round is over, or when it was told before. @param event left out: there is nothing to say of it */
  readonly tell: (part: Part, event?: Content) => void
}

export type Rounds = {
  readonly begin: (upToLine: number) => Round
  readonly end: () => void
  /** The id of an event outside of a round. */
  readonly eventId: () => string
}

/** @param before what the caller had when it lost an earlier stream */
export const createRounds = (emit: (event: AssistanceEvent) => void, before: Told | undefined): Rounds => {
  let current = { abort: new AbortController(), told: before ?? { upToLine: 0, parts: 0 } }
  return {
    begin: (upToLine) => {
      current.abort.abort()
      const isSame = current.told.upToLine === upToLine
      const round = { abort: new AbortController(), told: { upToLine, parts: isSame ? current.told.parts : 0 } }
      current = round
      return {
        upToLine,
        signal: round.abort.signal,
        isTold: (part) => (round.told.parts & parts[part]) !== 0,
        tell: (part, event) => {
          if (round !== current || (round.told.parts & parts[part]) !== 0) return
          round.told = { upToLine, parts: round.told.parts | parts[part] }
          if (event) emit({ id: eventIdOf(round.told), ...event })
        },
      }
    },
    end: () => current.abort.abort(),
    eventId: () => eventIdOf(current.told),
  }
}
