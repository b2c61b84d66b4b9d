// How long leases live, how often instances look after them, and how often they close calls. Monotonic milliseconds: no clock of the day decides who is alive.

export type Timings = {
  /** A lease that was not touched for so long belongs to a dead process: others end it. */
  readonly leaseMs: number
  /** How often an instance looks after its leases. */
  readonly tickMs: number
  /** Unused for so long, what is left of a lease is given back. */
  readonly idleMs: number
  /** How often leases of others are looked at while a limit is reached. */
  readonly lookMs: number
  /** How often calls are closed, unless somebody waits for it: those that are over meanwhile are closed together. */
  readonly closeEveryMs: number
}

export const usualTimings: Timings = {
  leaseMs: 45_000,
  tickMs: 3_000,
  idleMs: 5_000,
  lookMs: 3_000,
  closeEveryMs: 500,
}

/** From then on its holder touches a lease. */
export const touchAfter = ({ leaseMs }: Timings): number => leaseMs / 3

/** From then on its holder takes an untouched lease for lost, and has its calls ended: before anybody else may end it. */
export const lostAfter = ({ leaseMs }: Timings): number => leaseMs * 0.75
