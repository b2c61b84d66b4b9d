// Puts together what was heard in the chunks of a recording: each piece at its time in the call, and what two chunks both have, once.
import type { Piece } from '../../../shared/ai/providers/transcription-wire.ts'
import type { StoredChunk } from './transcription-table.ts'

export type Line = {
  /** Seconds from the beginning of the call. */
  readonly startsAt: number
  readonly endsAt: number
  readonly speaker: string | null
  readonly text: string
}

export type HeardChunk = { readonly chunk: StoredChunk; readonly pieces: readonly Piece[] }

export type Joined = {
  readonly lines: readonly Line[]
  /** Pieces that are left out, since they were rather made up than heard. */
  readonly leftOut: number
}

/** In the order in which it was said, whoever said it. */
export const joined = (heard: readonly HeardChunk[]): Joined => {
  const lines: Line[] = []
  let leftOut = 0
  for (const { chunk, pieces } of heard) {
    const [from, until] = spanOf(
      chunk,
      heard.map((one) => one.chunk),
    )
    for (const piece of pieces) {
      const line = lineOf(chunk, piece)
      // In the middle of what two chunks both have, one ends and the other begins: a piece belongs to where most of it lies.
      const middle = (line.startsAt + line.endsAt) / 2
      if (line.text === '' || middle < from || middle >= until) continue
      if (piece.isDoubtful) leftOut += 1
      else lines.push(line)
    }
  }
  return { lines: lines.toSorted((one, other) => one.startsAt - other.startsAt), leftOut }
}

/** What of the call is told from this chunk, given the others of the same side. */
const spanOf = (chunk: StoredChunk, all: readonly StoredChunk[]): readonly [from: number, until: number] => {
  const side = all.filter(({ speaker }) => speaker === chunk.speaker)
  const index = side.indexOf(chunk)
  const [before, after] = [side[index - 1], side[index + 1]]
  return [before ? cutBetween(before, chunk) : -Infinity, after ? cutBetween(chunk, after) : Infinity]
}

const endOf = ({ startsAt, seconds }: StoredChunk): number => startsAt + seconds

const cutBetween = (before: StoredChunk, after: StoredChunk): number =>
  after.startsAt < endOf(before) ? (after.startsAt + endOf(before)) / 2 : after.startsAt

/** Models place the last words after the end of what they were given. */
const lineOf = ({ startsAt, seconds, speaker }: StoredChunk, { start, end, text }: Piece): Line => {
  const within = (second: number): number => Math.min(Math.max(second, 0), seconds)
  const at = (second: number): number => Math.round((startsAt + within(second)) * 100) / 100
  return { startsAt: at(start), endsAt: at(Math.max(start, end)), speaker, text }
}

/** What was said before a chunk by the same side, for the model to go on from: the end of it. */
export const saidBefore = (chunk: StoredChunk, heard: readonly HeardChunk[]): string => {
  const before = heard.findLast(({ chunk: { number, speaker } }) => number < chunk.number && speaker === chunk.speaker)
  const sure = before?.pieces.filter(({ isDoubtful }) => !isDoubtful) ?? []
  return sure
    .map(({ text }) => text)
    .join(' ')
    .slice(-saidBeforeMax)
}

/** Whisper reads 224 tokens of it. */
const saidBeforeMax = 800
