// An answer as a person reads it: ids of facts in plain brackets, and what rests on a draft of the AI Platform called one.
import { draftMark } from '../../../shared/text/own-draft.ts'
import type { ShownRecord } from './context-window.ts'
import { type Statement, bracket, completeStatements, idsIn, statementsIn } from './statements.ts'

export type ShownAnswer = {
  /** @returns the statements that are complete now */
  readonly push: (text: string) => string
  /** The rest. */
  readonly end: () => string
  /** What was pushed is taken back. */
  readonly reset: () => void
}

/** Of an answer that has passed the gate: with the same result streamed and whole. */
export const shownAnswer = (shown: readonly ShownRecord[]): ShownAnswer => {
  const facts = shown.flatMap((record) => record.facts)
  const given = new Set([...shown, ...facts].map(({ id }) => id))
  const drafts = new Set(facts.filter(({ isOwnDraft }) => isOwnDraft).map(({ id }) => id))
  const write = (statements: readonly Statement[]): string =>
    statements.map((statement) => withPlainBrackets(marked(statement, drafts), given)).join('')
  let waiting = ''
  return {
    push: (text) => {
      const { statements, rest } = completeStatements(waiting + text)
      waiting = rest
      return write(statements)
    },
    end: () => {
      const text = write(statementsIn(waiting))
      waiting = ''
      return text
    },
    reset: () => {
      waiting = ''
    },
  }
}

const isMarked = /\b(?:drafts?|drafted|entw[uü]rfe?n?)\b/iu

/** Asked for in the prompt, and made sure of here: whatever a model makes of it, nobody takes a draft for a fact. */
const marked = ({ text, ids }: Statement, drafts: ReadonlySet<string>): string => {
  if (!ids.some((id) => drafts.has(id)) || isMarked.test(text.replace(bracket, ''))) return text
  // In a row of a table nothing can stand before the first bar.
  if (text.startsWith('|')) return text.replace(bracket, (found) => `(${draftMark.slice(0, -1)}) ${found}`)
  const [opening = ''] = /^(?:\s|[-*+>#] |\d{1,3}[.)] )*/.exec(text) ?? []
  return `${opening}${draftMark} ${text.slice(opening.length)}`
}

/** Where nothing follows that would make a link of it, a bracket needs no backslash. */
const withPlainBrackets = (text: string, given: ReadonlySet<string>): string =>
  text.replace(bracket, (found, ids: string, at: number) =>
    /^\s*[(:]/.test(text.slice(at + found.length)) || !idsIn(ids).every((id) => given.has(id)) ? found : `[${ids}]`,
  )
