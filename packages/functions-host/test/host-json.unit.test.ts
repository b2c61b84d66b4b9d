import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseHostJson, readHostJson } from '../src/host-json.ts'

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

  it('gives a function 30 minutes unless it says otherwise', () => {
    const minutes = (functionTimeout?: string): number | undefined => {
      const { functionTimeoutMs } = parseHostJson({ version: '2.0', ...(functionTimeout && { functionTimeout }) })
      return functionTimeoutMs && functionTimeoutMs / 60_000
    }
    expect([minutes(), minutes('00:10:00'), minutes('1.00:00:00'), minutes('-1')]).toEqual([30, 10, 1_440, undefined])
  })

  // HostJsonFileConfigurationSource.cs of azure-functions-host reads it with Newtonsoft.Json.
  it('may have a byte order mark, comments and trailing commas', () => {
    const folder = mkdtempSync(join(tmpdir(), 'host-json-'))
    const file = join(folder, 'host.json')
    writeFileSync(file, '\uFEFF{\n  // of v4\n  "version": "2.0", /* no more */\n  "logging": {},\n}\n')
    expect(readHostJson(file)).toEqual({ version: '2.0', logging: {} })
    writeFileSync(file, '{ "version": ')
    expect(() => readHostJson(file)).toThrow(/host\.json could not be read as JSON/)
    rmSync(folder, { recursive: true })
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
    [{ version: '2.0', functionTimeout: '00:00:00' }, 'functionTimeout is "00:00:00"'],
    [{ version: '2.0', functionTimeout: 'long' }, 'functionTimeout is "long"'],
  ])('refuses %o', (content, problem) => {
    expect(() => parseHostJson(content)).toThrow(problem)
  })
})
