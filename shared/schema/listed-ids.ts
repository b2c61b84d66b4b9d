// What ids in a list must keep to: each once, or each that of something that was given.
import type * as z from 'zod'

type Issues = z.core.ParsePayload['issues']

/** A check of a list: an answer that refers to an id has to be clear. */
export const idsOnce = ({ value, issues }: z.core.ParsePayload<{ readonly id: string }[]>): void => {
  const seen = new Set<string>()
  for (const [index, { id }] of value.entries()) {
    if (seen.has(id))
      issues.push({ code: 'custom', input: id, path: [index, 'id'], message: 'is given more than once' })
    seen.add(id)
  }
}

type Findings = {
  readonly sources: readonly { readonly id: string }[]
  readonly findings?: readonly { readonly sourceId: string }[] | undefined
}

/** A finding about no source would be left out without a word. */
export const refuseUnknownSources = ({ sources, findings = [] }: Findings, issues: Issues): void => {
  const known = new Set(sources.map(({ id }) => id))
  for (const [index, { sourceId }] of findings.entries())
    if (!known.has(sourceId))
      issues.push({
        code: 'custom',
        input: sourceId,
        path: ['findings', index, 'sourceId'],
        message: 'is the id of no source',
      })
}
