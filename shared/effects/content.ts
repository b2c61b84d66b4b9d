// What is asked for again with other content: which members differ from what was taken before. Digests, so that no text is kept for it.
import * as z from 'zod'
import { sha256 } from '../auth/digest.ts'
import { canonicalJson } from '../http/canonical-json.ts'

export const Content = z.record(z.string(), z.string())
type Content = Readonly<z.infer<typeof Content>>

/** By member. One that is undefined is left out. */
export const contentOf = (members: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(members)
      .filter(([, value]) => value !== undefined)
      .map(([member, value]) => [member, sha256(canonicalJson(value)).slice(0, 16)]),
  )

/** Members that one has and the other has not, or has otherwise. */
export const differingMembers = (kept: Content, given: Content): readonly string[] =>
  [...new Set([...Object.keys(given), ...Object.keys(kept)])].filter((member) => kept[member] !== given[member])
