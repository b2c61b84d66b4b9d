// Writes the frames of a stream at the pace and with the faults that were ordered, and notices when the caller leaves.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CallLog, LoggedCall } from './call-log.ts'
import type { Frame, Told, Wire } from './wire.ts'

type Writing = {
  readonly wire: Wire
  readonly told: Told
  readonly response: ServerResponse
  readonly call: LoggedCall
  readonly log: CallLog
}

/** Never rejects: a caller that leaves is what is looked for. */
export const writeStream = async (writing: Writing): Promise<void> => {
  const { response, call, log, told } = writing
  const left = new AbortController()
  response.on('close', () => {
    left.abort()
    log.end(call, 'aborted')
  })
  try {
    await write(writing, left.signal)
  } catch (error) {
    if (!left.signal.aborted) throw error
  }
  if (left.signal.aborted || told.behaviour.fault !== 'reset') return
  // What was sent would otherwise be lost on the way with it.
  await sleep(50)
  response.socket?.resetAndDestroy()
}

const write = async (writing: Writing, signal: AbortSignal): Promise<void> => {
  const { wire, told, response, call, log } = writing
  const { behaviour, answered } = told
  const { fault, at, tokensPerSecond } = behaviour
  const send = (frame: Frame | string): Promise<void> => sendFrame(response, frame, told, signal)
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...rateHeaders, ...behaviour.headers })
  response.flushHeaders()
  for (const frame of wire.before(told)) await send(frame)
  const cutsOff =
    fault !== undefined && ['cut', 'reset', 'error', 'malformed', 'stall', 'answer-filtered'].includes(fault)
  const tokens = fault === 'declined' ? [] : cutsOff ? answered.tokens.slice(0, at) : answered.tokens
  for (const token of tokens) {
    if (behaviour.pings) await send(wire.ping())
    if (behaviour.unknownEvents) await send(wire.unknown())
    await send(wire.token(told, token))
    call.tokensSent += 1
    if (tokensPerSecond > 0) await sleep(1_000 / tokensPerSecond, undefined, { signal })
  }
  if (fault === 'stall') await once(response, 'close')
  if (fault === 'error') await send(wire.midError(told))
  if (fault === 'malformed') await send({ data: '{"choices":[' })
  if (fault === 'reset' || fault === 'cut' || fault === 'error' || fault === 'malformed') log.end(call, 'fault')
  else for (const frame of wire.after(told)) await send(frame)
  if (fault === 'reset') return
  log.end(call, 'complete')
  response.end()
}

/** Of the answers that are no 429: how much is left. */
export const rateHeaders = { 'x-ratelimit-remaining-requests': '99', 'x-ratelimit-remaining-tokens': '99000' }

const sendFrame = async (
  response: ServerResponse,
  frame: Frame | string,
  { behaviour }: Told,
  signal: AbortSignal,
): Promise<void> => {
  const text =
    typeof frame === 'string'
      ? `${frame}\n\n`
      : `${frame.event === undefined ? '' : `event: ${frame.event}\n`}data: ${frame.data}\n\n`
  const bytes = Buffer.from(behaviour.crlf ? text.replaceAll('\n', '\r\n') : text)
  for (const part of behaviour.bytewise ? bytesOf(bytes) : [bytes]) {
    signal.throwIfAborted()
    if (!response.write(part)) await once(response, 'drain', { signal })
    // So that each is a packet of its own.
    if (behaviour.bytewise) await new Promise(setImmediate)
  }
}

const bytesOf = (bytes: Buffer): readonly Buffer[] => Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))
