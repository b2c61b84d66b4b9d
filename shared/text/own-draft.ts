// Drafts that the AI Platform has written into other products: told apart from what people and products say, so that no answer rests on an earlier one.

/** What the reference of such a note begins with. */
export const draftReference = 'ai-root-cause-'

/** The first line of each draft. */
export const draftOpening = 'Root cause: a draft by the AI Platform. Check it before you act on it.'

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

export const hasDraft = (text: string): boolean => text.includes(draftOpening)
