import { describe, expect, it } from 'vitest'
import { parseHostJson } from '../../../local/host/host-json.ts'

describe('host.json', () => {
  it('has the route prefix "api" unless it says otherwise', () => {
    const prefix = (http: unknown): string => parseHostJson({ version: '2.0', extensions: { http } }).routePrefix
    expect([prefix({}), prefix({ routePrefix: '' }), prefix({ routePrefix: 'v1/' })]).toEqual(['api', '', 'v1'])
  })

  it('warns of a property that the Azure host would ignore without a word', () => {
    const { warnings } = parseHostJson({ version: '2.0', extension: {}, logging: {} })
    expect(warnings).toEqual([expect.stringContaining('"extension" is not a property of host.json')])
  })

  it('lets a setting override a value, whatever the case of its path', () => {
    const settings = { AzureFunctionsJobHost__Extensions__HTTP__routeprefix: 'v2' }
    expect(parseHostJson({ version: '2.0', extensions: { http: { routePrefix: 'v1' } } }, settings).routePrefix).toBe(
      'v2',
    )
  })

  it('reads log levels', () => {
    const logging = { logLevel: { default: 'Warning', 'Function.a': 'Debug' } }
    expect(parseHostJson({ version: '2.0', logging }).logLevels).toEqual({ default: 'warning', 'Function.a': 'debug' })
  })

  it.each([
    [{}, '"version" must be "2.0"'],
    [{ version: '1.0' }, '"version" must be "2.0"'],
    [[], 'a JSON object'],
    [{ version: '2.0', extensions: { http: { routePrefix: 1 } } }, 'routePrefix must be a string'],
    [{ version: '2.0', logging: { logLevel: { default: 'Info' } } }, 'logging.logLevel.default is "Info"'],
  ])('refuses %o', (content, problem) => {
    expect(() => parseHostJson(content)).toThrow(problem)
  })
})
