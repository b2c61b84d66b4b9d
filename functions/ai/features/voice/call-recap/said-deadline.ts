// Whether a deadline was said: in whole words, one of which names a time, and not as what is not to be.

/** What stands before a time and is none: "on" of "on Monday". */
const joining = new Set('on by at in until till before after the a an of to for from this and or it is be'.split(' '))
const word = /[\p{L}\p{N}]+(?:['’.:/-][\p{L}\p{N}]+)*/gu
const negation =
  /^(?:not|never|don['’]t|won['’]t|can['’]t|cannot|doesn['’]t|didn['’]t|isn['’]t|wouldn['’]t|couldn['’]t)$/

/** What turns a sentence: "not Monday but Tuesday", "not sure, but by Friday". */
const clauseEnd = /[.!?;:,]|\b(?:but|rather|instead|because|since|so|and|then)\b/i

/** "not later than Friday", "why don't you", "if it does not work" say when all the same. */
const noRefusal =
  /\bnot? (?:later|any later) than\b|\bnot (?:until|before|till)\b|\b(?:why|if|when|that|which|who|what)\b|\?/i

export const isSaid = (due: string, text: string): boolean => {
  const words = wordsOf(due)
  if (words.every((one) => joining.has(one))) return false
  const said = [...text.toLowerCase().matchAll(word)]
  return said.some(({ index }, at) => {
    if (!words.every((one, offset) => said[at + offset]?.[0] === one)) return false
    return !isRefused(text.slice(0, index), text.slice(index))
  })
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(word) ?? []

const isRefused = (before: string, from: string): boolean => {
  const clause = before.split(clauseEnd).at(-1) ?? ''
  const sentence = before.split(/[.!?]/).at(-1) ?? ''
  const rest = /^[^.!?]*[.!?]?/.exec(from)?.[0] ?? ''
  return wordsOf(clause).some((one) => negation.test(one)) && !noRefusal.test(sentence + rest)
}
