// What a fact beside the ticket could be the cause of, before it is held against what the ticket says.
import type { Fact } from '../times.ts'
import type { Topic } from './topics.ts'

export type Claim = {
  readonly fact: Fact
  /** As a whole sentence. */
  readonly statement: string
  /**
   * - `state`: how something is now, and may have been for long
   * - `absence`: that it is not so: speaks against the statement, whatever the ticket says
   * - `change`: what somebody did at a moment; a cause comes before what it causes
   * - `detection`: what was noticed at a moment, often later than it happened
   * - `hint`: something that would be worth a look, and never more
   */
  readonly kind: 'state' | 'absence' | 'change' | 'detection' | 'hint'
  /** The troubles that it usually makes. Empty: those that it has words in common with. */
  readonly explains: readonly Topic[]
  /** Troubles that it makes among many other causes: whether it is the one is open. */
  readonly explainsPartly?: readonly Topic[]
  /** When it happened, as the fact has it. */
  readonly at?: string | undefined
  /** What Defend calls it: a ticket that says so speaks of it. */
  readonly detected?: string
  readonly isCritical?: boolean
  /** Of the same record: what else may have a name that the ticket has. */
  readonly details?: readonly Fact[]
  /** The letter of a disk. */
  readonly part?: string
  /** A device does nothing at all while it is so. */
  readonly stops?: boolean
  /** Many devices hang on it: it may be the cause of what goes wrong on another one. */
  readonly isShared?: boolean
}
