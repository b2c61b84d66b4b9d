// Drafts that the AI Platform has written into other products: told apart from what people and products say, so that no answer rests on an earlier one.

/** What the reference of such a note begins with. */
export const draftReference = 'ai-root-cause-'

/** The first line of each draft. */
export const draftOpening = 'Root cause: a draft by the AI Platform. Check it before you act on it.'

/** What the label of a draft begins with, where its record is told as facts. */
export const draftLabel = 'Draft of the AI Platform'

/** What a sentence that is from a draft begins with, whoever quotes it. */
export const draftMark = 'Draft, not confirmed:'

/** The title of its last section, which is a list. */
export const draftEnding = 'Sources'

const ending = new RegExp(`\\n\\n${draftEnding}:\\n(?:- [^\\n]*(?:\\n|$))+`)

/** What others have written in a text, also when a draft was copied into it. Of a draft that was cut off, all after its first line is taken for its own. */
export const withoutDrafts = (text: string): string => {
  const [before = '', ...drafts] = text.split(draftOpening)
  return [before, ...drafts.map(afterDraft)].join('')
}

const afterDraft = (text: string): string => {
  const end = ending.exec(text)
  return end ? text.slice(end.index + end[0].length) : ''
}

/**
 * What drafts in a text take to be so: each claim by itself, without its state and its evidence. What is open or contradicted in a draft is
 * no claim of it.
 */
export const draftClaims = (text: string): readonly string[] =>
  text
    .split(draftOpening)
    .slice(1)
    .flatMap(claimLines)
    .flatMap((line) => claim.exec(line)?.[1] ?? [])

/** Its first sentence: what stands after it is how the ticket speaks for it. */
const claim = /^- supported: (.+?[.!?](?=\s+[\p{Lu}"'(])|.+?(?=\s\([^()]*\)$)|.+)/u

const claimLines = (draft: string): readonly string[] => {
  const [, after = ''] = draft.split('\n\nHypotheses:\n')
  return (after.split('\n\n', 1)[0] ?? '').split('\n')
}

/** Of what a record is told by: what others than the AI Platform say in it. */
export const saidByOthers = (fact: string): string => (isDraftFact(fact) ? '' : withoutDrafts(fact))

const isDraftFact = (fact: string): boolean => fact.startsWith(draftLabel) && hasDraft(fact)

export const hasDraft = (text: string): boolean => text.includes(draftOpening)
