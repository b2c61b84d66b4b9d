// What the stand-in has to know of a wire: how a request is read, and how answers, frames and errors are written.
import type { Answer } from '../stand-ins/http-exchange.ts'
import type { Answered, Asked } from './answer-text.ts'
import type { Behaviour } from './behaviour.ts'

/** One frame of a stream. */
export type Frame = { readonly event?: string; readonly data: string }

export type Reading = Asked & { readonly stream: boolean; readonly model: string; readonly includeUsage: boolean }

export type Told = {
  readonly reading: Reading
  readonly answered: Answered
  readonly behaviour: Behaviour
  readonly id: string
}

export type Wire = {
  readonly name: 'openai-chat' | 'anthropic-messages'
  /** What the request says, or the error that it is answered with. */
  readonly read: (body: unknown, headers: Readonly<Record<string, string>>, deployment?: string) => Reading | Answer
  readonly error: (status: number, code: string | undefined, message: string) => Answer
  readonly promptFiltered: () => Answer
  readonly whole: (told: Told) => unknown
  readonly before: (told: Told) => readonly Frame[]
  readonly token: (told: Told, text: string) => Frame
  /** The end, with what was used. */
  readonly after: (told: Told) => readonly Frame[]
  readonly midError: (told: Told) => Frame
  readonly ping: () => Frame | string
  readonly unknown: () => Frame
}

export const isAnswer = (value: Reading | Answer): value is Answer => 'status' in value
