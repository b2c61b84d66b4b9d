// What a ticket says is wrong, in words: without the names of things, and without what is to be done about it. "update.exe" is no talk of updates.

/**
 * Of the same length, so that what is found in it stands at the same place in the text.
 * @param text the title or the description of a ticket
 */
export const complaintOf = (text: string): string => namesBlanked(adviceBlanked(text))

/** Of The One Code, as `functions/code/tickets/ticket-draft.ts` words it: what is wrong with code tells of no trouble with a device. */
export const isOfFindings = (text: string): boolean => /^Indented text is quoted from the findings\.$/m.test(text)

const blank = (text: string): string => text.replace(/[^\n]/g, ' ')

/** A path, also with spaces in the names of its folders; a call; a word of code. */
const path = /(?:\b[a-z]:|\\)\\(?:[^\\\n"“”:*?<>|]{1,60}\\)*[^\s\\"“”,;]*/gi
const code = /`[^`\s]{1,200}`|[\w.]{1,100}\(\)/g
const token = /[^\s,;()"“”„«»‘’<>]+/g

/** Files, paths, addresses, flags, versions, hosts and identifiers. */
export const namesBlanked = (text: string): string =>
  text
    .replace(path, blank)
    .replace(code, blank)
    .replace(token, (found) => (isName(found.replace(/[.:!?]+$/, '')) ? blank(found) : found))

const isName = (word: string): boolean =>
  /[\\@_]|:\/\/|^--?\w|^\/\w|\/.*\/|\/.*\.\p{L}|\..*\//u.test(word) ||
  // "Full.Backup" is a sentence that ends, and another one that begins.
  (/\p{L}\.[\p{L}\d]|\d\.\p{L}/u.test(word) && !/^\p{L}*\p{Ll}\.\p{Lu}\p{Ll}*$/u.test(word)) ||
  // "Windows-11-Update" is a word of German.
  /^\p{L}[\p{L}\d]*(?:-[\p{L}\d]+)*-\p{L}*\d+$/u.test(word)

const heading =
  /^\s{0,3}(?:\*\*)?(?:(?:recommended|suggested|proposed|possible|empfohlene) (?:remediation|mitigation|steps?|actions?|fix|measures|maßnahmen)|remediation|recommendations?|recommended|advice|mitigations?|workarounds?|next steps?|(?:steps?|actions?) to (?:take|fix|resolve|mitigate|remediate)|what to do|solution|abhilfe|empfehlung(?:en)?|maßnahmen?|lösung)(?: steps?)?(?:\*\*)?:/i
/** It goes on as a list, or as what is indented. */
const goesOn = /^\s*$|^\s{2}|^\t|^\s*(?:\d{1,2}[.)]|[-*•])\s/
const remedy = '(?:updat\\w+|upgrad\\w+|patch\\w*|restart\\w*|reboot\\w*|install\\w*|appl(?:y|ied))'
const imperative = new RegExp(
  `(?<=^|[.!?:\\n]\\s*|\\d[.)] )(?:please |bitte )?(?:update|upgrade|patch|install|apply|restart|reboot)\\s+(?:(?:it|them|the|my|your|its|our|their|his|her)\\b|\\S+ to (?:the latest|(?:version )?v?\\d)|to \\S+ or (?:later|newer|above|higher))`,
  'gi',
)
const advised = new RegExp(
  `\\b(?:should|recommend\\w*|advise[sd]?|needs? to be|has to be|have to be)\\b[^.!?\\n]{0,60}?\\b${remedy}`,
  'gi',
)

/** What is to be done: a list under its heading whole, of other sentences the words that say it. */
const adviceBlanked = (text: string): string => {
  let isAdvice = false
  const lines = text.split('\n').map((line) => {
    isAdvice = heading.test(line) || (isAdvice && goesOn.test(line))
    return isAdvice ? blank(line) : line
  })
  return lines.join('\n').replace(imperative, blank).replace(advised, blank)
}
