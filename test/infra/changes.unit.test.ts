import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { given, setting } from '../../infra/check/changes.ts'
import { projectFolder } from '../../local/parts.ts'
import { stages } from './snapshot.ts'

const text = `param location = 'westeurope'
param settings = {
  HUB_URL: 'https://hub.example'
  OPERATOR_AUDIENCE: 'x'
}
param models = [
  { name: 'fast' }
]
param edge = 'none'
`

describe('a change of parameters that a check tries', () => {
  it('gives one a value, whatever it has, and leaves the others', () => {
    expect(given('models', '[]')(given('location', "'eastus'")(text))).toBe(
      text.replace("'westeurope'", "'eastus'").replace("[\n  { name: 'fast' }\n]", '[]'),
    )
  })

  it('gives a setting a value, be it there or not', () => {
    expect(setting('HUB_URL', "'https://a.net'")(text)).toBe(text.replace("'https://hub.example'", "'https://a.net'"))
    expect(setting('PSA_API_URL', "'b'")(text)).toContain("param settings = {\n  PSA_API_URL: 'b'\n  HUB_URL")
  })

  it('is refused for what is not there: the check would try nothing', () => {
    expect(() => given('region', "''")(text)).toThrow('There is no parameter region')
    expect(() => setting('HUB_URL', "''")('param edge = 1\n')).toThrow('is not there to be changed')
  })

  it.each(stages)('can be made of %s', (stage) => {
    const file = readFileSync(join(projectFolder, `infra/parameters/${stage}.bicepparam`), 'utf8')
    const names = [...file.matchAll(/^param (\w+) = /gm)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(20)
    for (const name of names) expect(given(name, "'given'")(file)).toContain(`param ${name} = 'given'\n`)
  })
})
