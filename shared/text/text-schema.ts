// Texts that come from outside, as schemas. Each says what becomes of a secret in it: free text loses it (`line`, `shortened`,
// `paragraphs`), names and ids that hold one are refused (`name`, `OpaqueId`), links keep what lets nobody in.
import * as z from 'zod'
import { repositoryLink, safeLink } from './safe-link.ts'
import { type Kind, looksLikeSecret, redactSecrets } from './secret-redaction.ts'
import { shorten } from './shortened-text.ts'

// oxlint-disable-next-line no-control-regex
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
// oxlint-disable-next-line no-control-regex
const controlCharactersOfText = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g
/** Marks that turn the direction of the text after them: with these a title can be made to read as another one. */
const directionMarks = /[\u202a-\u202e\u2066-\u2069]/g
const hasDirectionMarks = /[\u202a-\u202e\u2066-\u2069]/

const oneLine = (text: string): string =>
  text
    .replace(directionMarks, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()

/** Text of one line, for people: line ends become spaces, marks of direction go, and so do secrets. Too long a text is refused. */
export const line = (lengthMax: number, kind: Kind = 'text') =>
  z
    .string()
    .overwrite((text) => redactSecrets(oneLine(text), kind))
    .min(1)
    .max(lengthMax)

/** As `line`, and shortened where it is too long. For texts that identify nothing. */
export const shortened = (lengthMax: number, kind: Kind = 'text') =>
  z
    .string()
    .overwrite((text) => shorten(redactSecrets(oneLine(text), kind), lengthMax))
    .min(1)
    .describe(`Longer text is shortened to ${lengthMax.toLocaleString('en')} characters`)

/** Text of several lines, for people, of any length that fits into the body. Secrets, control characters and marks of direction go. */
export const paragraphs = (kind: Kind = 'text') =>
  z
    .string()
    .overwrite((text) =>
      redactSecrets(
        text.replace(/\r\n?/g, '\n').replace(controlCharactersOfText, '').replace(directionMarks, '').trim(),
        kind,
      ),
    )
    .min(1)

const secretMessage = 'looks like the value of a secret'

/** Refuses what is a secret by its shape or its words. Ids may be drawn by lot, so that chance alone says nothing. */
export const withoutSecret = <Schema extends z.ZodString>(schema: Schema): Schema =>
  schema.refine((text) => !looksLikeSecret(text), secretMessage)

/** The name of something, in one line. */
export const name = (lengthMax: number) =>
  withoutSecret(
    z
      .string()
      .trim()
      .min(1)
      .max(lengthMax)
      .refine((text) => !controlCharacters.test(text), 'must be one line without control characters')
      .refine((text) => !hasDirectionMarks.test(text), 'must have no marks that change the direction of the text'),
  )

/** Ids are opaque: any text of one line. */
export const OpaqueId = withoutSecret(
  z
    .string()
    .min(1)
    .max(200)
    .refine((text) => !controlCharacters.test(text), 'must have no control characters'),
)

const linkLengthMax = 2_000

const link = (safe: (text: string) => string | undefined, error: string) =>
  z
    .string()
    // Half a character is left for others to refuse: an URL would hide it.
    .overwrite((text) => (text.isWellFormed() ? (safe(text) ?? text) : text))
    .refine((text) => text.length <= linkLengthMax && safeLink(text) !== undefined, error)
    .meta({ format: 'uri', maxLength: linkLengthMax })

/** A page. User, password, fragment, and parameters that are not known to be harmless are left out. */
export const webLink = link(safeLink, 'must be an http(s) URL of at most 2,000 characters')

/** The page of a repository, also as git writes it: `git@host:owner/name.git`. */
export const repositoryWebLink = link(
  repositoryLink,
  'must be an http(s) URL of at most 2,000 characters, or an address of git',
)
