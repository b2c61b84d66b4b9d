// A source file that is too long to be read in one sitting is found, and what to do about it is said.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const top = join(import.meta.dirname, '../..')
const linesMax = 250

const folders = ['shared', 'functions', 'packages', 'local', 'build', 'infra', 'deploy', 'bench', 'eval']

/** Nobody reads these from top to bottom, and their parts would be no easier to find in several files. */
const data: readonly string[] = ['eval/root-causes/written-cases.ts']

type Source = { readonly file: string; readonly text: string }

const sources: readonly Source[] = globSync(`{${folders.join(',')}}/**/*.{ts,mts,cts,tsx,js,mjs,cjs}`, {
  cwd: top,
  exclude: ['**/node_modules/**', 'packages/*/dist/**', 'packages/*/test/**'],
}).map((path) => ({ file: path.replaceAll('\\', '/'), text: readFileSync(join(top, path), 'utf8') }))

const linesOf = ({ text }: Source): number => text.trimEnd().split('\n').length

/** Its first line says from what it is written, and by which command. */
const isGenerated = ({ text }: Source): boolean => /^\/\/ .*\bWritten from .*"npm run /.test(text)

const tooLong = (some: readonly Source[]): readonly string[] =>
  some
    .filter((source) => linesOf(source) > linesMax && !isGenerated(source) && !data.includes(source.file))
    .map(
      (source) =>
        `${source.file} has ${linesOf(source)} lines, of at most ${linesMax}. Take something out of it that makes sense alone, into a file that is named for it; name a file of nothing but data in test/build/file-length.unit.test.ts.`,
    )

const sourceOf = (file: string, lines: number, first = '// Something.'): Source => ({
  file,
  text: `${first}\n${'done()\n'.repeat(lines - 1)}`,
})

describe('a source file', () => {
  it('is there to be measured', () => {
    expect(sources.map(({ file }) => file)).toEqual(
      expect.arrayContaining(['shared/services.ts', 'local/install.mjs', 'packages/ai-gateway/src/gateway.ts']),
    )
  })

  it('that is too long is named, with what to do', () => {
    const [within, over] = [sourceOf('shared/short.ts', linesMax), sourceOf('shared/long.ts', linesMax + 1)]
    expect(tooLong([within, over])).toEqual([
      expect.stringMatching(/^shared\/long\.ts has 251 lines, of at most 250\. Take something out of it/),
    ])
  })

  it('may be longer when a command writes it', () => {
    const first = '// The features. Written from their definitions: change those, then run "npm run docs".'
    expect(tooLong([sourceOf('packages/ai-gateway/src/some-features.ts', 900, first)])).toEqual([])
  })

  it('has 250 lines at most', () => {
    expect(tooLong(sources)).toEqual([])
  })

  it.each(data)('that may be longer for its data is: %s', (file) => {
    expect(sources.filter((source) => source.file === file).map((source) => linesOf(source) > linesMax)).toEqual([true])
  })
})
