import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { thirdPartyNotices } from '../../build/third-party-notices.ts'

let project: string
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'notices-'))
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

const install = (folder: string, manifest: object, files: Readonly<Record<string, string>> = {}): string => {
  const all = { 'package.json': JSON.stringify(manifest), ...files }
  for (const [file, text] of Object.entries(all)) {
    const path = join(project, folder, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return `${folder}/dist/index.js`
}

const licence = (text: string) => ({ LICENSE: text })

describe('the notices of a bundle', () => {
  it('hold the licence of each package, sorted, once, and nothing of the project', () => {
    const modules = [
      install('node_modules/zod', { name: 'zod', version: '4.0.0', license: 'MIT' }, licence('words of zod\r\n')),
      install('node_modules/@a/b', { name: '@a/b', version: '1.0.0', license: 'ISC' }, licence('words of b')),
      'node_modules/zod/dist/other.js',
      'functions/code/tickets/endpoints.ts',
    ]
    const notices = thirdPartyNotices(project, modules)
    expect(notices.match(/words of \w+/g)).toEqual(['words of b', 'words of zod'])
    expect(notices).toContain('@a/b 1.0.0 (ISC)\n\nwords of b\n')
    expect(notices).not.toContain('\r')
    expect(notices).not.toContain('functions')
  })

  it('hold both versions of a package that is there twice', () => {
    const notices = thirdPartyNotices(project, [
      install('node_modules/ms', { name: 'ms', version: '2.1.3', license: 'MIT' }, licence('newer')),
      install('node_modules/debug/node_modules/ms', { name: 'ms', version: '2.0.0', license: 'MIT' }, licence('older')),
    ])
    expect(notices).toMatch(/ms 2\.0\.0 \(MIT\)\n\nolder\n[^]*ms 2\.1\.3 \(MIT\)\n\nnewer\n/)
  })

  it('pass on a NOTICE as well, which the Apache License asks for', () => {
    const files = { ...licence('words of the licence'), 'NOTICE.txt': 'words of the notice' }
    const manifest = { name: 'apache', version: '1.0.0', license: 'Apache-2.0' }
    expect(thirdPartyNotices(project, [install('node_modules/apache', manifest, files)])).toMatch(
      /words of the licence\n\nwords of the notice/,
    )
  })

  it('take the words of the SPDX list, and the author, where a package brings no text', () => {
    const manifest = { name: 'bare', version: '1.0.0', license: 'MIT', author: 'Ann Author <ann@example.com>' }
    const notices = thirdPartyNotices(project, [install('node_modules/bare', manifest)])
    expect(notices).toContain('Copyright (c) Ann Author <ann@example.com>')
    expect(notices).toContain('The above copyright notice and this permission notice')
  })

  it.each([
    { license: 'AGPL-3.0-only', shown: 'AGPL-3.0-only' },
    { license: undefined, shown: '"none"' },
    { license: 'SEE LICENSE IN LICENSE', shown: 'SEE LICENSE IN LICENSE' },
    { license: '../MIT', shown: '../MIT' },
  ])('are refused for a package whose licence is $shown, by name', ({ license, shown }) => {
    const module = install('node_modules/other', { name: 'other', version: '1.2.3', license }, licence('words'))
    expect(() => thirdPartyNotices(project, [module])).toThrow(`other 1.2.3: ${shown}`)
  })
})
