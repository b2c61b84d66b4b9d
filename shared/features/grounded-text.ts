// An answer in text as a person reads it: a statement that names a figure, a path, a host or an id that nothing it was given has says so itself.
import { completeStatements } from '../ai/answers/statements.ts'
import { type FiguresTold, figuresBeyond, figuresTold } from '../ai/safety/citations.ts'

export type GroundedText = {
  /** @returns the statements that are complete now */
  readonly push: (text: string) => string
  /** The rest. */
  readonly end: () => string
  /** What was pushed is taken back. */
  readonly reset: () => void
}

/** What was invented is not repeated: it may be an address, and the gate has made sure that nobody can follow it. */
export const ungroundedMark = '(not in the sources)'

/** @param known all that the model was given: sources with their ids, the question, what was said before */
export const groundedText = (known: readonly string[]): GroundedText => {
  let read: readonly FiguresTold[] | undefined
  // Reading a megabyte takes a while, and many an answer names no figure.
  const told = (): readonly FiguresTold[] => (read ??= known.map(figuresTold))
  let waiting = ''
  let fence = newFence()
  const write = (statements: readonly string[]): string =>
    statements.map((statement) => fence.write(statement, inventsIn(statement, told))).join('')
  return {
    push: (text) => {
      const { statements, rest } = completeStatements(waiting + text)
      waiting = rest.length > statementMax ? '' : rest
      return write(waiting === rest ? statements : [...statements, rest])
    },
    end: () => {
      const text = write(waiting === '' ? [] : [waiting]) + fence.rest()
      waiting = ''
      return text
    },
    reset: () => {
      waiting = ''
      fence = newFence()
    },
  }
}

/** What goes on for longer is judged in pieces: nobody is to wait for its end. */
const statementMax = 1_000

/** The number of an item of a list, or of a heading. */
const opening = /^\s*(?:[-*+>#|]+\s+)*(?:\d{1,3}[.)]\s+)?/

/** Models count what they list. */
const isSmallCount = (figure: string): boolean => /^\d$/.test(figure)

/** As the gate writes marks that shall mean nothing. */
const escaped = /\\([[\]()_*`#>|~!<])/g

const inventsIn = (statement: string, told: () => readonly FiguresTold[]): boolean => {
  const words = statement.replace(opening, '').replace(escaped, '$1')
  if (words.trim() === '') return false
  if (figuresBeyond(words, []).every(isSmallCount)) return false
  return !figuresBeyond(words, told()).every(isSmallCount)
}

type Fence = {
  readonly write: (statement: string, invents: boolean) => string
  /** What is owed to a block that was left open. */
  readonly rest: () => string
}

/** In a block of code nothing can be marked: the word comes after it. */
const newFence = (): Fence => {
  let isOpen = false
  let isOwed = false
  return {
    write: (statement, invents) => {
      const isFence = /^\s{0,3}(?:```|~~~)/.test(statement)
      if (isFence) isOpen = !isOpen
      if (isOpen) {
        isOwed ||= invents
        return statement
      }
      if (isFence && isOwed) {
        isOwed = false
        return `${statement.trimEnd()}\n\n${ungroundedMark}\n`
      }
      return invents ? marked(statement) : statement
    },
    rest: () => (isOwed ? `\n\n${ungroundedMark}\n` : ''),
  }
}

/** At its end; in a row of a table in its last cell. */
const marked = (statement: string): string => {
  const [space = ''] = /\s*$/.exec(statement) ?? []
  const said = statement.slice(0, statement.length - space.length)
  const [bar = ''] = /^\s*\|/.test(said) ? (/\s*\|$/.exec(said) ?? []) : []
  return `${said.slice(0, said.length - bar.length)} ${ungroundedMark}${bar}${space}`
}
