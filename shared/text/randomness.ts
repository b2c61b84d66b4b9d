// Tells what a machine drew by lot from what people and programmers name: by its letters alone, since such a secret says nothing of itself.

/** How sure it must be: `text` leaves hashes alone, `strict` takes what might be a key as well. */
export type Strictness = 'text' | 'strict'

const hex = /^(?:0x)?[0-9a-f]+$/i
const shortest = { text: 20, strict: 12 } as const
/** Keys of one case: base32, as access tokens of Azure DevOps and seeds of one-time passwords have it. */
const oneCaseShortest = { text: 32, strict: 24 } as const

/**
 * @param word without white space
 * @param context what stands before it
 */
export const looksRandom = (word: string, context: string, strictness: Strictness): boolean => {
  const bare = word.replace(/={1,2}$/, '')
  if (bare.length < shortest[strictness]) return false
  if (hex.test(bare)) return bare.length >= 32 && isKeyInContext(context, strictness)
  if (/(?:^|[^a-z])sha\d{3}-?$/i.test(context) || /^sha\d{3}-/.test(bare)) return false
  // A path of names: judged name by name, since together they look mixed.
  const names = bare.split('/')
  if (names.length > 2 && names.every((name) => name.length < shortest[strictness])) {
    if (names.some((name) => /^[a-z]{3,}$|^[A-Z]?[a-z]{3,}[A-Za-z]*$/.test(name))) return false
  } else if (names.length > 1 && names.every((name) => isName(name))) return false
  return isDrawnByLot(bare, strictness)
}

/** Hashes are everywhere: one is a key where the words before it say so, and none where they say what it is of. */
const isKeyInContext = (context: string, strictness: Strictness): boolean =>
  !/(?:commit|revision|sha-?\d*|md5|hash|digest|checksum|fingerprint|integrity|[@/])[\s:=`"'(]{0,4}$/i.test(context) &&
  (strictness === 'strict' || /(?:key|secret|token|passw|pwd|credential)[^\n]{0,20}$/i.test(context))

const isName = (name: string): boolean => /^[A-Za-z]+(?:[-_.][A-Za-z0-9]+)*$/.test(name)

const isDrawnByLot = (word: string, strictness: Strictness): boolean => {
  const counts = { lower: 0, upper: 0, digit: 0, other: 0 }
  let turns = 0
  let before: keyof typeof counts | undefined
  for (const character of word) {
    const kind = kindOf(character)
    counts[kind] += 1
    // A capital that begins a word is no turn, and neither is a dash between words.
    if (
      before &&
      before !== kind &&
      kind !== 'other' &&
      before !== 'other' &&
      !(before === 'upper' && kind === 'lower')
    )
      turns += 1
    before = kind
  }
  const density = turns / word.length
  if (counts.lower >= 2 && counts.upper >= 2 && counts.digit >= 1)
    return density >= 0.24 && counts.other <= word.length / 6 && entropyOf(word) >= 3.3
  const oneCase = counts.lower === 0 || counts.upper === 0
  return (
    oneCase &&
    counts.other === 0 &&
    counts.digit >= 3 &&
    word.length >= oneCaseShortest[strictness] &&
    density >= 0.12 &&
    entropyOf(word) >= 3.5
  )
}

const kindOf = (character: string): 'lower' | 'upper' | 'digit' | 'other' =>
  character >= 'a' && character <= 'z'
    ? 'lower'
    : character >= 'A' && character <= 'Z'
      ? 'upper'
      : character >= '0' && character <= '9'
        ? 'digit'
        : 'other'

/** Shannon's, in bits a character. */
const entropyOf = (word: string): number => {
  const counts = new Map<string, number>()
  for (const character of word) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum - (count / word.length) * Math.log2(count / word.length), 0)
}
