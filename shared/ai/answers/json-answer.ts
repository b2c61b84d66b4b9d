// Reads the one JSON object of an answer. Nothing is guessed: what is mended by a program may come out valid and wrong.
import { JsonError, parseStrictJson } from '../../schema/strict-json.ts'

export type JsonAnswer =
  | { readonly kind: 'object'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'none'; readonly problem: string }

/** UTF-16 units. */
const answerLengthMax = 400_000

/** One fence around it is taken off, and words before and behind it are left out. */
export const jsonAnswerOf = (text: string): JsonAnswer => {
  if (text.length > answerLengthMax) return none(`The answer is longer than ${answerLengthMax} characters.`)
  const bare = withoutFence(text.replace(/^\ufeff/, '').trim())
  const start = bare.indexOf('{')
  if (start < 0) return none('There is no JSON object in the answer.')
  const end = endOfObject(bare, start)
  if (end === undefined) return none('The JSON object in the answer is not closed.')
  if (bare.includes('{', end)) return none('There is more than one JSON object in the answer.')
  if (/^\s*\[/.test(bare)) return none('The answer is a list. It must be one JSON object.')
  return parsed(bare.slice(start, end))
}

const none = (problem: string): JsonAnswer => ({ kind: 'none', problem })

const withoutFence = (text: string): string => /^```[\w-]{0,20}[ \t]*\r?\n([^]*?)\r?\n?```$/.exec(text)?.[1] ?? text

/** Brackets within texts do not count. */
const endOfObject = (text: string, start: number): number | undefined => {
  let depth = 0
  let isText = false
  for (let at = start; at < text.length; at += 1) {
    const unit = text[at]
    if (isText) {
      if (unit === '\\') at += 1
      else if (unit === '"') isText = false
    } else if (unit === '"') isText = true
    else if (unit === '{') depth += 1
    else if (unit === '}') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return undefined
}

const parsed = (json: string): JsonAnswer => {
  try {
    const value = parseStrictJson(json)
    const problem = problemOf(json)
    return problem === undefined ? { kind: 'object', value: value as Record<string, unknown> } : none(problem)
  } catch (error) {
    if (error instanceof JsonError) return none(error.message)
    throw error
  }
}

/** Names that reach the prototype of an object in careless hands. */
const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

type Reviver = (this: unknown, name: string, value: unknown, context: { readonly source?: string }) => unknown

/** What is valid, and does not mean what it says. */
const problemOf = (json: string): string | undefined => {
  let problem: string | undefined
  const look: Reviver = (name, value, { source }) => {
    if (forbidden.has(name)) problem = 'An object in it has a name that is not allowed.'
    if (typeof value === 'number' && source !== undefined && !isExact(value, source))
      problem = 'A number in it has more digits than can be kept. Write it as text.'
    if (typeof value === 'string' && source !== undefined && hasLostBackslash(source))
      problem = 'A text in it has a backslash that is not escaped. Write each backslash of a path twice.'
    return value
  }
  JSON.parse(json, look as (name: string, value: unknown) => unknown)
  return problem
}

const isExact = (value: number, source: string): boolean =>
  Number.isFinite(value) && (/[.eE]/.test(source) ? source.length <= 24 : Number.isSafeInteger(value))

/** Whether a Windows path was written as it is: of `C:\temp` and `C:\new` JSON makes a tab and a line end, and of `\bin` what nobody means. */
const hasLostBackslash = (source: string): boolean =>
  source.includes('\\') && lostBackslash.test(source.replaceAll('\\\\', escapedBackslash))

/** Of no text: Unicode has no character there. */
const escapedBackslash = '\uffff'

/** A line may end with a drive, a share or a path: the next one then begins with no small letter, most of the time. */
const lostBackslash =
  /\\[bf]|(?:(?<![A-Za-z])[A-Za-z]:|(?:^"|\s)\uffff{1,2}[\w.$-]{1,260})\\(?:[rt]|n(?=[a-z0-9_]))|(?<![A-Za-z])[A-Za-z]:\uffff[^\s"\\]{0,260}\\[rt]/
