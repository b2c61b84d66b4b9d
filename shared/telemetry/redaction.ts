// Takes secrets out of what is about to be logged: by the name of the field, and as out of all text from outside.
import { redactSecrets, redactedMark } from '../text/secret-redaction.ts'

const secretNames =
  /(authorization|cookie|password|passwd|secret|token|api[-_]?key|integration[-_]?key|service[-_]?key|connection|signature|nonce)/i

/** How many tokens a model read and wrote is no token. */
const isSecretName = (name: string): boolean => secretNames.test(name) && !/^gen_ai\.usage\.\w+$/.test(name)

/** Ids are drawn by lot, and people look for them in the log: only what shows by its shape or its words goes. */
const redactText = (text: string): string => redactSecrets(text, 'name')

const depthMax = 6
const textLengthMax = 4_000

/**
 * A copy of a log field that may be written: no secrets, no line breaks that could forge a second log line, at most
 * 4,000 characters a text and 6 levels.
 */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return redactText(value.slice(0, textLengthMax))
  if (value instanceof Error) return describeError(value, depth)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= depthMax) return '[too deep]'
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => redact(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      isSecretName(name) && field !== undefined && field !== null ? redactedMark : redact(field, depth + 1),
    ]),
  )
}

const describeError = (error: Error, depth: number): unknown => ({
  name: error.name,
  message: redactText(error.message.slice(0, textLengthMax)),
  ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
  ...('statusCode' in error && typeof error.statusCode === 'number' ? { statusCode: error.statusCode } : {}),
  stack: redactText(error.stack ?? '').slice(0, textLengthMax),
  ...(error.cause === undefined || depth >= depthMax ? {} : { cause: redact(error.cause, depth + 1) }),
})
