// Which of many names a text mentions, in one pass over the text however many they are.

/** A word as names have them, or a single sign between words. */
const token = /[\p{L}\p{N}_-]+|[^\p{L}\p{N}_-]/gu
const word = /^[\p{L}\p{N}_-]/u
const letters = /^\p{L}+$/u

/** A tree of tokens: names that begin alike share their branch. */
type Branch = { readonly next: Map<string, Branch>; readonly names: string[] }

const newBranch = (): Branch => ({ next: new Map(), names: [] })

/**
 * Tells what a text mentions as a name of its own: SRV-02 is not in SRV-02-TEST. One that could be a word (BACKUP) is a name as it is written
 * alone, others in any case.
 */
export const namedIn = (names: readonly string[]): ((text: string) => ReadonlySet<string>) => {
  const tree = newBranch()
  for (const name of names) {
    let branch = tree
    for (const part of tokensOf(name)) {
      const next = branch.next.get(keyOf(part)) ?? newBranch()
      branch.next.set(keyOf(part), next)
      branch = next
    }
    branch.names.push(name)
  }
  return (text) => {
    const tokens = tokensOf(text)
    const keys = tokens.map(keyOf)
    const found = new Set<string>()
    for (const start of tokens.keys())
      for (const [name, end] of namesFrom(tree, keys, start))
        if (isWholeAt(tokens, start, end) && (!letters.test(name) || name === tokens[start])) found.add(name)
    return found
  }
}

const tokensOf = (text: string): readonly string[] => text.match(token) ?? []

/** Both ways, so that letters of which two have one small or one large form are alike. */
const keyOf = (part: string): string => part.toLowerCase().toUpperCase()

/** The names that begin there, each with the place after it. */
function* namesFrom(tree: Branch, keys: readonly string[], start: number): Generator<readonly [string, number]> {
  let branch: Branch | undefined = tree
  for (let end = start; branch; end += 1) {
    for (const name of branch.names) yield [name, end]
    branch = branch.next.get(keys[end] ?? '')
  }
}

/** No word goes on before it or after it, and no ending as `.exe` follows. */
const isWholeAt = (tokens: readonly string[], start: number, end: number): boolean => {
  const isWord = (index: number): boolean => word.test(tokens[index] ?? '')
  if (!isWord(start) && isWord(start - 1)) return false
  return !isWord(end) && !(tokens[end] === '.' && /^[\p{L}\p{N}]/u.test(tokens[end + 1] ?? ''))
}
