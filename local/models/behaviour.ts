// How the stand-in answers one request, as a test or a person tells it.
import { z } from 'zod'

export const faultKinds = [
  'status',
  'html',
  'prompt-filtered',
  'answer-filtered',
  'late-filter',
  'declined',
  'stall-before-headers',
  'stall',
  'cut',
  'reset',
  'error',
  'malformed',
] as const

export const Behaviour = z.strictObject({
  /** The answer. Left out: one that follows from the question, or JSON of the schema that is asked for. */
  text: z.string().optional(),
  /**
   * Does what the question says: repeats the last message of the user, links and all. With `prompt` the whole prompt. With `orders` it
   * writes what any text in the prompt asks for between « and », in each text of the form that is asked for.
   */
  obeys: z.enum(['question', 'prompt', 'orders']).optional(),
  /** Characters of the answer for each token; a token is a frame. */
  charactersPerToken: z.int().min(1).max(1_000).default(4),
  firstByteMs: z.int().min(0).max(600_000).default(0),
  /** 0 sends all at once. */
  tokensPerSecond: z.number().min(0).max(100_000).default(0),
  /**
   * - `status`: answers `status` with an error of the wire, and `headers`; `html` the same with a page
   * - `prompt-filtered`: the content filter refuses the prompt; `answer-filtered`: it ends the answer at the frame `at`; `late-filter`: it
   *   says after the answer that this should not have been shown
   * - `declined`: the model refuses
   * - `stall-before-headers`, `stall`: silence until the caller leaves, before anything or from the frame `at` on
   * - `cut`: ends at the frame `at` without an end marker; `reset`: breaks the connection there; `error`: the wire's error there;
   *   `malformed`: a frame that is no JSON there
   */
  fault: z.enum(faultKinds).optional(),
  /** Frames of the answer's text that are sent before the fault. */
  at: z.int().min(0).default(0),
  status: z.int().min(400).max(599).default(500),
  /** Of the wire: `DeploymentNotFound`, `context_length_exceeded`, `overloaded_error`. */
  code: z.string().optional(),
  /** As they are sent, sensible or not: `retry-after`, `retry-after-ms`, `x-ratelimit-…`. */
  headers: z.record(z.string(), z.string()).default({}),
  /** How it is written: one byte at a time, with CRLF, with comments or pings between all frames, with events that nobody knows. */
  bytewise: z.boolean().default(false),
  crlf: z.boolean().default(false),
  pings: z.boolean().default(false),
  unknownEvents: z.boolean().default(false),
  /** A block of thinking before the text. */
  thinks: z.boolean().default(false),
  /** It does not say what it used. */
  withoutUsage: z.boolean().default(false),
  /** It says that it used this, sensible or not. */
  claims: z.strictObject({ prompt: z.unknown(), answer: z.unknown() }).optional(),
  /** Another model than was asked for. */
  model: z.string().optional(),
})
export type Behaviour = z.output<typeof Behaviour>

export const plainBehaviour: Behaviour = Behaviour.parse({})
