// Looks for thousands of texts at once: in one pass, where a pass for each of them would take minutes.

/** As many characters of each as the pass tells apart. */
const window = 8
const base = 0x01000193
const buckets = 1 << 16

/** The factor with which a character leaves the window. */
const leaving = Array.from({ length: window }).reduce<number>((product) => Math.imul(product, base), 1)

const enter = (hash: number, code: number): number => (Math.imul(hash, base) + code) | 0

/**
 * @param wanted each of at least 8 characters
 * @returns which of them a text holds
 */
export const createTextSearch = (wanted: Iterable<string>): ((text: string) => ReadonlySet<string>) => {
  const byHash = new Map<number, string[]>()
  const isBegun = new Uint8Array(buckets)
  for (const one of new Set(wanted)) {
    if (one.length < window) throw new Error(`"${one}" is too short to look for: it needs ${window} characters.`)
    let hash = 0
    for (let index = 0; index < window; index += 1) hash = enter(hash, one.charCodeAt(index))
    byHash.set(hash, [...(byHash.get(hash) ?? []), one])
    isBegun[hash & (buckets - 1)] = 1
  }
  return (text) => {
    const found = new Set<string>()
    let hash = 0
    for (let end = 0; end < text.length; end += 1) {
      hash = enter(hash, text.charCodeAt(end))
      if (end >= window) hash = (hash - Math.imul(text.charCodeAt(end - window), leaving)) | 0
      if (end < window - 1 || isBegun[hash & (buckets - 1)] === 0) continue
      for (const one of byHash.get(hash) ?? []) if (text.startsWith(one, end - window + 1)) found.add(one)
    }
    return found
  }
}
