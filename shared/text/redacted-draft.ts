// The last look at what is handed to another product: whatever it was put together from, no secret leaves.
import { redactSecrets } from './secret-redaction.ts'

/**
 * A copy of what is JSON, with the secrets of its strings taken out. A string without a space is an id or a name, which may be drawn by
 * lot: only what shows by its shape or its words goes there.
 */
export const redactedDraft = (value: unknown): unknown => {
  if (typeof value === 'string') return redactSecrets(value, /\s/.test(value) ? 'text' : 'name')
  if (Array.isArray(value)) return value.map(redactedDraft)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, redactedDraft(member)]))
}
