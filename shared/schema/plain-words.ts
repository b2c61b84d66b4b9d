// What is wrong with a value, in the words that a person reads: "<the field> must be text, not a number".
import type * as z from 'zod'

/**
 * The words for a fault that its schema has none of its own for. Given to every check whose faults people read:
 * `schema.safeParse(value, { error: plainWords })`. Each begins with a verb and follows the name of a field.
 */
export const plainWords = (issue: z.core.$ZodRawIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? missing : wordsOfType(issue.expected, issue.input)
    case 'invalid_value':
      return issue.input === undefined ? missing : `must be ${oneOf(issue.values)}`
    case 'invalid_union':
      return wordsOfUnion(issue)
    case 'too_small':
      return wordsOfSize(issue, issue.minimum, 'at least')
    case 'too_big':
      return wordsOfSize(issue, issue.maximum, 'at most')
    case 'invalid_format':
      return wordsOfFormat(issue.format)
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'unrecognized_keys':
      return `has ${issue.keys.length === 1 ? 'a field that is' : 'fields that are'} not known here: ${issue.keys.join(', ')}`
    case 'invalid_key':
      return 'has a name that is not allowed'
    case 'invalid_element':
      return 'has a value that is not allowed'
    case 'custom':
      return 'is not valid'
  }
}

const missing = 'is missing'

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  nan: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'a date',
  null: 'null',
  undefined: 'absent',
}

const nameOf = (type: string): string => typeNames[type] ?? `of type ${type}`

const wordsOfType = (expected: string, input: unknown): string => {
  const wanted = nameOf(expected)
  const given = nameOf(givenType(input))
  // A fraction where a whole number is wanted, or a number that is none: the name of its type says nothing.
  return typeof input === 'number' && /number/.test(wanted) ? `must be ${wanted}` : `must be ${wanted}, not ${given}`
}

const givenType = (input: unknown): string => {
  if (input === null) return 'null'
  return Array.isArray(input) ? 'array' : typeof input
}

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`

type Union = Extract<z.core.$ZodRawIssue, { code: 'invalid_union' }>

/** A union whose members a field tells apart knows what that field may say. */
const wordsOfUnion = (issue: Union): string => {
  const options: unknown = 'options' in issue ? issue.options : undefined
  return Array.isArray(options) && options.length > 0 ? `must be ${oneOf(options)}` : 'has none of the allowed forms'
}

const units: Readonly<Record<string, string>> = { string: 'character', array: 'item', set: 'item' }

type Size = {
  readonly origin: string
  readonly exact?: boolean | undefined
  readonly inclusive?: boolean | undefined
}

const wordsOfSize = ({ origin, exact, inclusive }: Size, limit: number | bigint, side: 'at least' | 'at most') => {
  const unit = units[origin]
  const count = origin === 'date' ? new Date(Number(limit)).toISOString() : limit.toLocaleString('en-US')
  if (unit !== undefined) {
    if (side === 'at least' && !exact && Number(limit) === 1) return 'must not be empty'
    return `must have ${exact ? 'exactly' : side} ${count} ${unit}${Number(limit) === 1 ? '' : 's'}`
  }
  if (exact) return `must be ${count}`
  if (inclusive) return `must be ${side} ${count}`
  return `must be ${side === 'at least' ? 'more' : 'less'} than ${count}`
}

const formats: Readonly<Record<string, string>> = {
  datetime: 'must be a time in UTC, such as 2026-11-28T09:30:00Z',
  date: 'must be a date, such as 2026-11-28',
  email: 'must be an e-mail address',
  url: 'must be a URL',
  uuid: 'must be a UUID',
}

const wordsOfFormat = (format: string): string => formats[format] ?? 'does not have the form that is asked for'
