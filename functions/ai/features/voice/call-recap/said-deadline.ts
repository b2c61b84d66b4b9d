// Whether a deadline was said: in whole words, one of which names a time, and not as what is not to be.

/** What stands before a time and is none: "on" of "on Monday". */
const joining = new Set(
  'on by at in until till before after the a an of to for from this and or it is be am bis zum zur um im der die das dem den des vor von und oder noch spätestens'.split(
    ' ',
  ),
)
const word = /[\p{L}\p{N}]+(?:['’.:/-][\p{L}\p{N}]+)*/gu
const negation =
  /^(?:not|never|don['’]t|won['’]t|can['’]t|cannot|doesn['’]t|didn['’]t|isn['’]t|wouldn['’]t|couldn['’]t|nicht|nie|niemals|kein(?:e[rnms]?)?)$/

/** What turns a sentence: "not Monday but Tuesday", "not sure, but by Friday". */
const clauseEnd = /[.!?;:,]|\b(?:but|rather|instead|because|since|so|and|then|sondern|aber|und|dann|weil|denn)\b/i

/** "not later than Friday", "why don't you", "if it does not work" say when all the same. */
const noRefusal =
  /\bnot? (?:later|any later) than\b|\bnot (?:until|before|till)\b|\b(?:why|if|when|that|which|who|what|warum|wenn|falls|ob|dass|die|der)\b|\bnicht (?:später|vor|nur)\b|\?/i

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
  const isTurned = wordsOf(clause).some((one) => negation.test(one)) || isRefusedAfter(from)
  return isTurned && !noRefusal.test(sentence + rest)
}

/** German says it at the end: "Das schaffe ich bis Freitag nicht." */
const isRefusedAfter = (from: string): boolean =>
  wordsOf(from.split(clauseEnd)[0] ?? '').some((one) => one === 'nicht' || one === 'nie')
