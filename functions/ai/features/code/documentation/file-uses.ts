// Which files of a repository use which others, as far as both are among the sources.
import { posix } from 'node:path'
import type { Source } from '../../source.ts'

export type FileUse = { readonly from: string; readonly to: string }

const imported = /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s{0,4}['"](\.{1,2}\/[^'"\s]{1,200})['"]/g
const pythonModule = /^(?:from|import) ([a-z_][\w.]{1,120})/gm
const usesMax = 400

/** Each pair once. */
export const fileUses = (sources: readonly Source[]): readonly FileUse[] => {
  const known = new Map(sources.flatMap(({ id }) => spellingsOf(id).map((spelling) => [spelling, id] as const)))
  const pairs = new Map<string, FileUse>()
  for (const { id: from, text } of sources) {
    const wanted = from.endsWith('.py')
      ? [...text.matchAll(pythonModule)].map(([, name = '']) => name.replaceAll('.', '/'))
      : [...text.matchAll(imported)].map(([, path = '']) => posix.join(posix.dirname(from), path))
    for (const path of wanted) {
      const to = known.get(path) ?? known.get(withoutEnding(path))
      if (to !== undefined && to !== from && pairs.size < usesMax) pairs.set(`${from} ${to}`, { from, to })
    }
  }
  return [...pairs.values()]
}

const withoutEnding = (path: string): string => path.replace(/\.(?:[cm]?[jt]sx?|py)$/, '')

/** A path as others write it: whole, without its ending, and as the folder whose `index` it is. */
const spellingsOf = (path: string): readonly string[] => {
  const bare = withoutEnding(path)
  return [path, bare, bare.replace(/\/(?:index|__init__)$/, '')]
}
