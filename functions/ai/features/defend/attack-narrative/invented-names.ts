// Names in a sentence that nothing before it has: a group of attackers, a tool, a technique. In English, what is written with a capital within a
// sentence is a name.

/** Of systems and days, which every narrative may speak of. */
const commonNames = new Set(
  `defend windows microsoft linux office internet active directory domain administrator administrators english
  january february march april may june july august september october november december
  monday tuesday wednesday thursday friday saturday sunday i'm`.split(/\s+/),
)

/** After a word, a comma or a bracket: at the beginning of a sentence any word has a capital. Abbreviations (RDP, UTC) are no names. */
const capital = /(?<=[\p{L}\p{N},;)"'’] ["'(]?|\()\p{Lu}[\p{L}\p{N}]*\p{Ll}[\p{L}\p{N}]*/gu

/** @param evidence the texts of the events that the sentence rests on */
export const inventedNames = (text: string, evidence: readonly string[]): readonly string[] => {
  const known = evidence.join('\n').toLowerCase()
  const names = text.match(capital) ?? []
  return [...new Set(names)].filter((name) => {
    const lower = name.toLowerCase()
    return !commonNames.has(lower) && !known.includes(lower)
  })
}
