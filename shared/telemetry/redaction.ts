// Takes secrets out of what is about to be logged: by the name of the field, and by the shapes that our own keys have.

const secretNames =
  /(authorization|cookie|password|passwd|secret|token|api[-_]?key|integration[-_]?key|service[-_]?key|connection|signature|nonce)/i

const secretShapes: readonly RegExp[] = [
  // JSON Web Tokens
  /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?/g,
  // integration keys of this suite, see shared/auth/integration-key.ts
  /\btik_[a-z]+_[A-Za-z0-9]+_[A-Za-z0-9]+/g,
  /\bBearer\s+[^\s"',]+/gi,
  // Azure: account keys, shared access signatures
  /\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=[^;\s"']+/gi,
  /([?&](?:sig|code)=)[^&\s"']+/gi,
  // the session and nonce cookies
  /\b(?:code_session|oneai_session|[a-z]+_login)=[^;,\s"']+/gi,
]

export const redactedMark = '[redacted]'

export const redactText = (text: string): string =>
  secretShapes.reduce((redacted, shape) => redacted.replace(shape, redactedMark), text)

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
      secretNames.test(name) && field !== undefined && field !== null ? redactedMark : redact(field, depth + 1),
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
