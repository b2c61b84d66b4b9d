// Texts that come from outside, as schemas: what every endpoint that takes one holds it to.
import * as z from 'zod'

// oxlint-disable-next-line no-control-regex
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
// oxlint-disable-next-line no-control-regex
const controlCharactersOfText = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/
/** Marks that turn the direction of the text after them: with these a title can be made to read as another one. */
const directionMarks = /[\u202a-\u202e\u2066-\u2069]/

/** Text of one line, for people. */
export const line = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .refine((text) => !controlCharacters.test(text), 'must be one line without control characters')
    .refine((text) => !directionMarks.test(text), 'must have no marks that change the direction of the text')

/** Text of several lines, for people. */
export const paragraphs = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .refine((text) => !controlCharactersOfText.test(text), 'must have no control characters but tabs and line ends')

/** Ids are opaque: any text of one line. */
export const OpaqueId = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !controlCharacters.test(text), 'must have no control characters')

/** It is shown to people of other companies, so it must not let them in. */
export const webLink = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL of at most 2,000 characters' })
  .max(2_000)
  .refine((url) => {
    const { username, password } = URL.parse(url) ?? {}
    return !username && !password
  }, 'must have no user and no password')
