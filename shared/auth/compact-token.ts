// The plain form of a signed token: one way to write each part, and a header that says nothing else than what it is.
import { JsonError, parseStrictJson } from '../schema/strict-json.ts'

const tokenLengthMax = 8_192

/** A signed token in compact form and nothing around it: jose reads over white space and padding (RFC 7515 section 2). */
const compactShape = /^[\w-]+\.[\w-]+\.[\w-]+$/

type Fault = { readonly reason: string; readonly cause?: unknown }

/** What is odd about a token, before anything is believed of it (RFC 8725); undefined when nothing is. */
export const formFaultOf = (token: string): Fault | undefined => {
  if (token.length > tokenLengthMax) return { reason: 'too long' }
  if (!compactShape.test(token)) return { reason: 'not a compact JWS' }
  const parts = token.split('.')
  if (parts.some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part))
    return { reason: 'not canonical base64url' }
  for (const part of parts.slice(0, 2)) {
    const fault = jsonFaultOf(part)
    if (fault) return fault
  }
  const header = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString()) as Record<string, unknown>
  const { typ = 'JWT', cty } = header
  if (typeof typ !== 'string' || typ.toUpperCase() !== 'JWT') return { reason: 'made for another purpose (typ)' }
  if (cty !== undefined) return { reason: 'holds another token (cty)' }
  return undefined
}

/** Before the library reads it, for which the last of two names of one kind counts. */
const jsonFaultOf = (part: string): Fault | undefined => {
  try {
    parseStrictJson(Buffer.from(part, 'base64url').toString())
    return undefined
  } catch (cause) {
    return { reason: cause instanceof JsonError ? cause.fault : 'unreadable', cause }
  }
}
