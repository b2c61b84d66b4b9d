// Reads what a request carries, within limits, and checks it against its schema: every bad field is named by its path.
import type { HttpRequest } from '@azure/functions'
import type * as z from 'zod'
import { within } from '../deadline.ts'
import { AppError, type FieldError } from '../errors.ts'
import { plainWords } from '../schema/plain-words.ts'
import { JsonError, type JsonFault, parseStrictJson } from '../schema/strict-json.ts'
import { redactSecrets } from '../text/secret-redaction.ts'

/** How a body may be written. A form is the one kind that a page of another site can send, so only sign-in takes it. */
export type BodyFormat = 'json' | 'form'

const contentTypes: Readonly<Record<BodyFormat, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
}

/** The format of the body by its content type. Throws `unsupported-media-type` for one that is not among `accepts`. */
export const bodyFormatOf = (contentType: string | null, accepts: readonly BodyFormat[]): BodyFormat => {
  const essence = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const format = accepts.find((accepted) => contentTypes[accepted] === essence)
  if (!format)
    throw new AppError(
      'unsupported-media-type',
      `The body must be ${accepts.map((accepted) => contentTypes[accepted]).join(' or ')}.`,
    )
  return format
}

/** The body as JSON or form fields. Throws `body-too-large`, `unsupported-media-type`, `malformed-request` or `caller-gone`. */
export const readBody = async (
  request: HttpRequest,
  { accepts, bytesMax }: { accepts: readonly BodyFormat[]; bytesMax: number },
): Promise<unknown> => {
  const format = bodyFormatOf(request.headers.get('content-type'), accepts)
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) throw tooLarge(bytesMax)
  const bytes = await readBytes(request, bytesMax)
  const text = decode(bytes)
  return format === 'json' ? parseJson(text) : parseForm(text)
}

/** With HTTP streaming on, a body arrives while it is sent: how long its sender may take. */
const bodyMsMax = 60_000

const readBytes = async (request: HttpRequest, bytesMax: number): Promise<Uint8Array> => {
  const { size, chunks } = await within('The sender of the body', bodyMsMax, {
    call: (signal) => readChunks(request, bytesMax, signal),
  }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'TimeoutError')
      throw new AppError('malformed-request', `The body was not there after ${bodyMsMax / 1_000} s.`, { cause })
    throw new AppError('caller-gone', 'The caller left within the body.', { cause })
  })
  if (size > bytesMax) throw tooLarge(bytesMax)
  return Buffer.concat(chunks)
}

/** Read to its end even when it is too large, without keeping it: an answer to a request that is cut off would not arrive. */
const readChunks = async (request: HttpRequest, bytesMax: number, signal: AbortSignal) => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    if (signal.aborted) break
    size += chunk.byteLength
    if (size <= bytesMax) chunks.push(chunk)
  }
  return { size, chunks }
}

const tooLarge = (bytesMax: number): AppError =>
  new AppError('body-too-large', `The body may have at most ${bytesMax} bytes.`)

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('malformed-request', 'The body is not valid UTF-8.', { cause })
  }
}

const parseJson = (text: string): unknown => {
  try {
    return parseStrictJson(text)
  } catch (cause) {
    throw new AppError('malformed-request', refusals[cause instanceof JsonError ? cause.fault : 'not-json'], { cause })
  }
}

const refusals: Readonly<Record<JsonFault, string>> = {
  'not-json': 'The body is not valid JSON.',
  'repeated-name': 'An object in the body has the same name twice.',
  'too-deep': 'The body has too many levels.',
}

const parseForm = (text: string): Record<string, string> =>
  recordOf(new URLSearchParams(text), 'The form has a field more than once.')

/**
 * The query as it stands in the URL, because the host joins what is given twice with a comma and loses some names. Throws
 * `malformed-request` for a parameter that is given more than once: which of them counts would be anybody's guess.
 */
export const readQuery = (url: string): Record<string, string> =>
  recordOf(new URL(url).searchParams, 'The query has a parameter more than once.')

const recordOf = (parameters: URLSearchParams, whenRepeated: string): Record<string, string> => {
  const pairs = [...parameters]
  const record = Object.fromEntries(pairs)
  if (Object.keys(record).length < pairs.length) throw new AppError('malformed-request', whenRepeated)
  return record
}

/**
 * What `schema` makes of `value`. Throws `validation-failed` listing every fault as `<where>.<path>`.
 * @param at where within it `value` is, when it is a part
 */
export const validate = <Schema extends z.ZodType>(
  where: 'body' | 'query' | 'params' | 'headers',
  schema: Schema,
  value: unknown,
  at: readonly PropertyKey[] = [],
): z.output<Schema> => {
  const parsed = schema.safeParse(value, { reportInput: true, error: plainWords })
  if (!parsed.success) throw notValid(fieldErrors([where, ...at], parsed.error))
  const malformed = malformedTexts(parsed.data, [where, ...at.map(String)])
  if (malformed.length > 0) throw notValid(malformed)
  return parsed.data
}

const notValid = (errors: readonly FieldError[]): AppError =>
  new AppError(
    'validation-failed',
    `${errors.length === 1 ? 'One field is' : `${errors.length} fields are`} not valid: ${[...new Set(errors.map(({ path }) => path))].slice(0, 10).join(', ')}.`,
    { details: { errors } },
  )

/**
 * Texts with half of a surrogate pair, which JSON can escape but UTF-8 cannot hold: storage and peers would each make something
 * else of them. Looks at what a schema let through, so it is never deep.
 */
const malformedTexts = (value: unknown, path: readonly string[]): readonly FieldError[] => {
  if (typeof value === 'string')
    return value.isWellFormed() ? [] : [{ path: pathText(path), message: 'must be well-formed Unicode' }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value)
    .flatMap(([name, member]) => malformedTexts(member, [...path, name]))
    .slice(0, errorsMax)
}

const errorsMax = 50

const fieldErrors = (where: readonly PropertyKey[], error: z.ZodError): readonly FieldError[] =>
  flatIssues(error.issues, [])
    .slice(0, errorsMax)
    .map(({ path, message }) => ({ path: pathText([...where, ...path]), message }))

type Issue = z.core.$ZodIssue
type Fault = { readonly path: readonly PropertyKey[]; readonly message: string }

const flatIssues = (issues: readonly Issue[], at: readonly PropertyKey[]): readonly Fault[] =>
  issues.flatMap((issue): readonly Fault[] => {
    const path = [...at, ...issue.path]
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a field that is known here' }))
    if (issue.code === 'invalid_union' && issue.errors.length > 0) return flatIssues(nearestMember(issue.errors), path)
    return [{ path, message: issue.message }]
  })

/**
 * Of the members of a union, the one that the input was most likely meant for: which knows most of the fields that were given,
 * then which lacks the fewest. A field that is there with a bad value speaks for its member.
 */
const nearestMember = (members: readonly (readonly Issue[])[]): readonly Issue[] => {
  const misfit = (issues: readonly Issue[]): number => issues.reduce((sum, issue) => sum + misfitOf(issue), 0)
  return members.reduce((best, member) => (misfit(member) < misfit(best) ? member : best))
}

const [otherType, unknownField, missingField, badField] = [1_000_000, 1_000, 10, 1]

const misfitOf = (issue: Issue): number => {
  if (issue.path.length > 1) return badField
  // A list was not meant for a text, whatever is wrong within it.
  if (issue.path.length === 0 && issue.code === 'invalid_type') return otherType
  if (issue.code === 'unrecognized_keys') return unknownField * issue.keys.length
  if (issue.code === 'invalid_union') {
    // Without the field that tells its members apart, a union does not get to know the others.
    const given = Object.keys(issue.input ?? {})
    return given.includes(String(issue.path[0])) ? badField : unknownField * given.length + missingField
  }
  return issue.input === undefined ? missingField : badField
}

/** Names that a caller made up may be long or hold anything: they are shown shortened, without control characters and without secrets. */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part) =>
      redactSecrets(String(part))
        .replace(/[^\p{L}\p{N}_\-[\] ]/gu, '_')
        .slice(0, 60),
    )
    .join('.')
