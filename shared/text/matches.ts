// All matches of a pattern that is used over and over. `matchAll` makes a copy of the pattern each time, which costs more than the search
// in the short texts of a log.

/** @param shape global, and never empty where it matches */
export const matchesOf = (shape: RegExp, text: string): RegExpExecArray[] => {
  const matches: RegExpExecArray[] = []
  shape.lastIndex = 0
  for (let match = shape.exec(text); match; match = shape.exec(text)) matches.push(match)
  return matches
}
