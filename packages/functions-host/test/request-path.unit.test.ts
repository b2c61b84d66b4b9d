import { describe, expect, it } from 'vitest'
import { requestPath } from '../src/request-path.ts'

describe('the path of a request', () => {
  it.each<[string, string | undefined]>([
    ['/a/b?x=/c', '/a/b'],
    ['/caf%C3%A9', '/café'],
    ['/a%2Fb%2fc', '/a%2Fb%2fc'],
    ['/%2541', '/%41'],
    ['/%FF', '/%FF'],
    ['/100%', '/100%'],
    ['/a/../b/./c', '/b/c'],
    ['/a/%2e%2E/b', '/b'],
    ['/../..', '/'],
    ['/a/..', '/'],
    ['/a/.', '/a/'],
    ['/...', '/...'],
    ['/a%00', undefined],
    ['*', undefined],
    ['http://x/a?b', '/a'],
    ['http://x?b', '/'],
    ['', '/'],
    ['ftp://x/a', undefined],
  ])('%s is %s', (target, path) => {
    expect(requestPath(target)).toBe(path)
  })
})
