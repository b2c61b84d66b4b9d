// What is left of a link from outside.
import { describe, expect, it } from 'vitest'
import { repositoryLink, safeLink } from '../../../shared/text/safe-link.ts'

describe('a link', () => {
  it('keeps where it leads, and the parameters that say which part of a page is meant', () => {
    expect(safeLink(' https://code.example/a/b?tab=files&Line=7&next=1#x ')).toBe(
      'https://code.example/a/b?tab=files&Line=7',
    )
    expect(safeLink('https://mia:pw@code.example:8443/a')).toBe('https://code.example:8443/a')
  })

  it('loses a path whose parts are a secret only together', () => {
    expect(safeLink('https://code.example/reset?token=1')).toBe('https://code.example/reset')
    expect(safeLink('https://code.example/password=/hunter2x')).toBe('https://code.example/')
    expect(safeLink('https://code.example/a/code/x;code=/hunter2x')).toBe('https://code.example/')
  })

  it.each(['javascript:alert(1)', 'ftp://code.example/a', 'code.example/a', ''])('is none for %j', (text) => {
    expect(safeLink(text)).toBeUndefined()
  })
})

describe('the link of a repository', () => {
  it.each([
    'git@code.example:northwind/shop.git',
    'ssh://git@code.example/northwind/shop.git',
    'git+https://mia@code.example:8443/northwind/shop.git',
    'https://code.example/northwind/shop',
  ])('leads from %s to its page', (text) => {
    expect(repositoryLink(text)).toBe('https://code.example/northwind/shop')
  })

  it.each(['northwind/shop', 'C:\\src\\shop', 'git@code.example'])('is none for %j', (text) => {
    expect(repositoryLink(text)).toBeUndefined()
  })
})
