// Texts of events as they are read: a secret in one goes before anybody has seen it.
import * as z from 'zod'
import { safeLink } from '../text/safe-link.ts'
import { redactSecrets } from '../text/secret-redaction.ts'

/** What people or machines wrote. */
export const freeText = z.string().overwrite((text) => redactSecrets(text))

/** What is no http(s) URL stays as it is, but for its secrets: whoever shows it looks at it again. */
export const anyLink = z.string().overwrite((url) => safeLink(url) ?? redactSecrets(url))
