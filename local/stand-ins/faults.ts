// Faults that a test or a person switches on in a stand-in, so that it fails the way real peers fail.
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type Answer, problem } from './http-exchange.ts'

export const Fault = z.strictObject({
  /** Name of the operation in the peer's contract; every one when left out. */
  operation: z.string().min(1).optional(),
  /**
   * - `latency`: carries the request out and answers, `ms` later (1,000), also when the caller has gone by then
   * - `status`: answers `status` (500), with `retryAfter` if given, and does nothing
   * - `rate-limit`: answers 429 with `retryAfter` (`1`), and does nothing
   * - `hang`: never answers, and does nothing
   * - `wrong-body`: answers 200 with JSON of another shape; `wrong-content-type`: answers 200 with an HTML page
   * - `expired-key`: answers 401
   * - `commit-then-hang`: carries the request out and never answers
   * - `commit-then-status`: carries the request out and answers `status` (500)
   * - `reset-connection`: cuts the connection, and does nothing
   */
  kind: z.enum([
    'latency',
    'status',
    'rate-limit',
    'hang',
    'wrong-body',
    'wrong-content-type',
    'expired-key',
    'commit-then-hang',
    'commit-then-status',
    'reset-connection',
  ]),
  /** How many requests it strikes; without a number it lasts until it is cleared. */
  times: z.int().min(1).optional(),
  /** Strikes this share of the requests, the same ones for the same `seed` (0) and order of requests. */
  probability: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
  /**
   * Once it strikes, it strikes so many requests one after the other, and lets the next one pass, whatever faults are set beside it: a product that
   * is away for a moment, for longer than a client tries again or not.
   */
  inARow: z.int().min(1).max(100).optional(),
  ms: z.int().min(0).max(600_000).optional(),
  status: z.int().min(400).max(599).optional(),
  /** The header as it is sent, sensible or not. */
  retryAfter: z
    .string()
    .regex(/^[\x20-\x7E]*$/)
    .optional(),
})
export type Fault = z.infer<typeof Fault>

type Armed = { readonly fault: Fault; struck: number; seen: number }
/** `run`: strikes in a row, and how many of them are to come; the request after them passes. */
type ArmedList = { readonly all: readonly Armed[]; run?: { readonly of: Armed; left: number } | undefined }

/**
 * Faults of one stand-in: those of a tenant, so that tests do not disturb each other, and those for everyone.
 * @param operations what it can be asked for: a fault of anything else would never strike
 */
export const createFaults = (operations: readonly string[]) => {
  const armed = new Map<string | undefined, ArmedList>()

  return {
    /** What can be set, as it comes from outside. */
    List: z.array(Fault.extend({ operation: z.enum(operations).optional() })).max(100),
    /** Replaces the faults of that tenant, or without a tenant those for everyone. */
    set: (faults: readonly Fault[], tenantId?: string): void => {
      armed.set(tenantId, { all: faults.map((fault) => ({ fault, struck: 0, seen: 0 })) })
    },
    /** Without a tenant: all faults, the tenants' included. */
    clear: (tenantId?: string): void => {
      if (tenantId === undefined) armed.clear()
      else armed.delete(tenantId)
    },
    list: (tenantId?: string): readonly { readonly fault: Fault; readonly struck: number }[] =>
      (armed.get(tenantId)?.all ?? []).map(({ fault, struck }) => ({ fault, struck })),
    /** The fault that strikes this request: the first that fits, the tenant's own before those for everyone. */
    take: (operation: string, tenantId: string | undefined): Fault | undefined =>
      (tenantId === undefined ? undefined : takeFrom(armed.get(tenantId), operation)) ??
      takeFrom(armed.get(undefined), operation),
  }
}
export type Faults = ReturnType<typeof createFaults>

const takeFrom = (list: ArmedList | undefined, operation: string): Fault | undefined => {
  const { run } = list ?? {}
  if (list && run && isFor(run.of, operation)) {
    list.run = run.left > 0 ? { of: run.of, left: run.left - 1 } : undefined
    if (run.left === 0) return undefined
    run.of.struck += 1
    return run.of.fault
  }
  const struck = list?.all.find((candidate) => strikes(candidate, operation))
  if (list && struck?.fault.inARow !== undefined) list.run = { of: struck, left: struck.fault.inARow - 1 }
  return struck?.fault
}

const isFor = ({ fault }: Armed, operation: string): boolean =>
  fault.operation === undefined || fault.operation === operation

const strikes = (candidate: Armed, operation: string): boolean => {
  const { fault } = candidate
  if (!isFor(candidate, operation)) return false
  if (fault.times !== undefined && candidate.struck >= fault.times) return false
  candidate.seen += 1
  if (fault.probability !== undefined && fraction(fault.seed ?? 0, candidate.seen) >= fault.probability) return false
  candidate.struck += 1
  return true
}

/** Between 0 and 1, evenly spread, the same for the same arguments. */
const fraction = (seed: number, count: number): number =>
  createHash('sha256').update(`${seed}:${count}`).digest().readUInt32BE(0) / 2 ** 32

/** At once for a stand-in that keeps its own state, later for one that hands over to another process. */
type Commit = () => Answer | Promise<Answer>

type Effect = (strike: {
  readonly fault: Fault
  readonly response: ServerResponse
  readonly commit: Commit
}) => Answer | undefined | Promise<Answer | undefined>

const effects: Readonly<Record<Fault['kind'], Effect>> = {
  latency: async ({ fault, commit }) => {
    await sleep(fault.ms ?? 1_000)
    return commit()
  },
  status: ({ fault }) => withRetryAfter(problem(fault.status ?? 500, 'Injected fault'), fault.retryAfter),
  'rate-limit': ({ fault }) => withRetryAfter(problem(429, 'Too many requests'), fault.retryAfter ?? '1'),
  hang: () => undefined,
  'wrong-body': () => ({ status: 200, body: { unexpected: true } }),
  'wrong-content-type': () => ({ status: 200, html: '<!doctype html><title>Maintenance</title><p>Back soon.' }),
  'expired-key': () => problem(401, 'The integration key has expired'),
  'commit-then-hang': async ({ commit }) => {
    await commit()
    return undefined
  },
  'commit-then-status': async ({ fault, commit }) => {
    await commit()
    return withRetryAfter(problem(fault.status ?? 500, 'Injected fault'), fault.retryAfter)
  },
  'reset-connection': ({ response }) => {
    response.socket?.resetAndDestroy()
    return undefined
  },
}

/**
 * The answer to send, or `undefined` when none is to be sent.
 * @param commit carries the request out
 */
export const answerThroughFault = async (
  fault: Fault | undefined,
  response: ServerResponse,
  commit: Commit,
): Promise<Answer | undefined> => (fault ? effects[fault.kind]({ fault, response, commit }) : commit())

const withRetryAfter = (answer: Answer, retryAfter: string | undefined): Answer =>
  retryAfter === undefined ? answer : { ...answer, headers: { ...answer.headers, 'retry-after': retryAfter } }
