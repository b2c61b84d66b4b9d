// Numbers that are written in words, from ten on: "forty", "twenty-five", "three hundred". Smaller ones are as often an article as a figure.

const small: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
}
const teens: Readonly<Record<string, number>> = {
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
}
const tens: Readonly<Record<string, number>> = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
}
const powers: Readonly<Record<string, number>> = {
  dozen: 12,
  hundred: 100,
  thousand: 1_000,
  million: 1_000_000,
  billion: 1_000_000_000,
}

const any = (...words: readonly Readonly<Record<string, number>>[]): string =>
  words.flatMap((group) => Object.keys(group)).join('|')

const single = `(?:${any(small, teens)}|(?:${any(tens)})(?:[- ](?:${any(small)}))?)`
const shape = new RegExp(
  String.raw`\b(?:(?:(?:an?|\d{1,3}|${single}) )?(?:${any(powers)})(?: (?:and )?${single})?|${any(teens)}|(?:${any(tens)})(?:[- ](?:${any(small)}))?)\b`,
  'gi',
)

/** Each as it is written, with its value. */
export const spelledNumbers = (text: string): readonly (readonly [words: string, value: number])[] =>
  (text.match(shape) ?? []).map((words) => [words, valueOf(words)] as const)

const valueOf = (words: string): number => {
  let value = 0
  for (const word of words.toLowerCase().split(/[- ]/)) {
    const power = powers[word]
    if (power !== undefined) value = Math.max(1, value) * power
    else if (/^\d+$/.test(word)) value += Number(word)
    else value += small[word] ?? teens[word] ?? tens[word] ?? 0
  }
  return value
}
