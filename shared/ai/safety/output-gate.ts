// What a model wrote passes here before anybody sees it: streamed or whole, with the same result.
import type { LinkRules } from './context-links.ts'
import type { GateForm } from './gate-forms.ts'
import { PieceCutter } from './gate-pieces.ts'
import { leakWatch } from './leak-watch.ts'

export type GateRules = {
  readonly links: LinkRules
  /** Of the prompt: an answer that has it is refused. */
  readonly canary?: string
  /** Of the prompt: words that have it are left out. */
  readonly seal?: string
  /** Puts back what was redacted, before the rules for links are applied. */
  readonly restore?: (text: string) => string
  /** Default `markdown`. */
  readonly form?: GateForm
}

/** Of one answer. */
export type GateStream = {
  /**
   * @returns what can be shown now: whole words, up to the first that opens something which is not closed yet
   * @throws AppError `answer-refused` when the answer has the canary. What was shown is to be taken back
   */
  readonly push: (text: string) => string
  /** The rest. Nothing is pushed after it. */
  readonly end: () => string
}

/** Loads what reads Markdown. The function that it returns begins a gate for an answer. */
export const outputGate = async (): Promise<(rules: GateRules) => GateStream> => {
  const { writtenPiece } = await import('./gate-forms.ts')
  return ({ links, canary, seal, restore, form = 'markdown' }) => {
    const cutter = new PieceCutter()
    const watch = canary === undefined ? undefined : leakWatch(canary)
    const write = (pieces: ReturnType<PieceCutter['push']>): string =>
      pieces.map((piece) => writtenPiece(piece, { links, form, seal, restore })).join('')
    return {
      push: (text) => {
        watch?.(text)
        return write(cutter.push(text))
      },
      end: () => write(cutter.end()),
    }
  }
}

/** @throws AppError `answer-refused` */
export const gatedWhole = ({ push, end }: GateStream, text: string): string => push(text) + end()
