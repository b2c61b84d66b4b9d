// An answer on its way through the gate: whole, unit by unit, and in pieces of any length.
import type { GateForm } from '../../shared/ai/safety/gate-forms.ts'
import { type GateStream, outputGate } from '../../shared/ai/safety/output-gate.ts'
import { isAppError } from '../../shared/errors.ts'
import type { Random } from '../random.ts'
import { contextLinks } from './context.ts'
import { loot } from './exfiltrations.ts'

export type Shown = {
  /** What readers had before their eyes, taken back later or not. */
  readonly text: string
  readonly isRefused: boolean
}

export type NewStream = (form: GateForm) => GateStream

export const newStreams = async (): Promise<NewStream> => {
  const newGate = await outputGate()
  return (form) => newGate({ links: contextLinks, form, canary: loot.canary, seal: loot.seal })
}

export const shownOf = (stream: GateStream, parts: Iterable<string>): Shown => {
  let text = ''
  try {
    for (const part of parts) text += stream.push(part)
    return { text: text + stream.end(), isRefused: false }
  } catch (error) {
    if (isAppError(error, 'answer-refused')) return { text, isRefused: true }
    throw error
  }
}

/** UTF-16 units: the slowest model, which cuts characters as well. */
export const unitsOf = (text: string): readonly string[] => text.split('')

export const piecesOf = (text: string, random: Random): readonly string[] => {
  const pieces: string[] = []
  for (let at = 0; at < text.length;) {
    const end = at + random.between(1, 12)
    pieces.push(text.slice(at, end))
    at = end
  }
  return pieces
}
