// Asks one Function App until it is ready or the time is up: after a deployment it starts cold, and its roles take minutes to be known everywhere.
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { Readiness } from '../functions/platform/health-contract.ts'
import type { AppAddress } from './app-address.ts'

export type Outcome = {
  readonly app: string
  readonly state: 'ready' | 'not ready' | 'no answer'
  readonly tries: number
  readonly ms: number
  /** What is missing, in the words of the app or of who answered for it; empty when it is ready. */
  readonly details: readonly string[]
}

export type Patience = {
  /** How long it is asked again: the last answer may take longer. */
  readonly waitMs: number
  /** Between two questions. */
  readonly pauseMs: number
  /** For one answer. */
  readonly answerMs: number
}

type Answer = Pick<Outcome, 'state' | 'details'>

/** Never rejects: what goes wrong is the outcome. */
export const readinessOf = async ({ app, url }: AppAddress, patience: Patience): Promise<Outcome> => {
  const begun = performance.now()
  const left = (): number => patience.waitMs - (performance.now() - begun)
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(url, patience.answerMs)
    if (answer.state === 'ready' || left() <= patience.pauseMs)
      return { app, ...answer, tries, ms: performance.now() - begun }
    await sleep(patience.pauseMs)
  }
}

/** GET, since the host answers HEAD with 404 where a function takes GET alone. */
const ask = async (url: string, answerMs: number): Promise<Answer> => {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(answerMs) })
    return read(response.status, await textOf(response))
  } catch (error) {
    return { state: 'no answer', details: [describe(error, answerMs)] }
  }
}

const read = (status: number, text: string): Answer => {
  const readiness = status === 200 || status === 503 ? Readiness.safeParse(jsonOf(text)) : undefined
  if (!readiness?.success)
    return { state: 'no answer', details: [`${status}: ${meanings[status] ?? 'not from the app'}`] }
  const { status: said, settings, checks } = readiness.data
  if (said === 'ready' && status === 200) return { state: 'ready', details: [] }
  const missing = settings
    .filter(({ ignored }) => !ignored)
    .map(({ name, fault, advice }) => `${name} is ${fault}: ${advice}`)
  const failing = checks.filter(({ ok }) => !ok).map(({ id, ms }) => `${id} does not answer (${ms} ms)`)
  return { state: 'not ready', details: [...missing, ...failing] }
}

/** What these mean when it is not the app that answers. */
const meanings: Readonly<Record<number, string>> = {
  403: 'refused on the way. Access restrictions let neither this machine nor Front Door through',
  404: 'no such function. The app may have loaded none: look for an exception at its start',
  502: 'the app cannot be reached, or ended while it answered',
  503: 'the platform has no instance that runs. Look for the deployment and for the start of the app',
  504: 'the app did not answer in time',
}

const answerBytesMax = 64 * 1_024

const textOf = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > answerBytesMax) throw new Error(`the answer has more than ${answerBytesMax} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // What is no JSON is none of the app's answers, and read as such.
    return undefined
  }
}

const Coded = z.object({ code: z.string() })

const describe = (error: unknown, answerMs: number): string => {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `no answer within ${Math.round(answerMs / 1000)} s`
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const coded = Coded.safeParse(cause)
  return coded.success ? coded.data.code : cause instanceof Error ? cause.message : String(cause)
}
