import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { moveToPorts, readLocalSettings, requireSettings, shellText } from '../../local/local-settings.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, Values: unknown): void =>
  writeFileSync(join(folder, name), JSON.stringify({ IsEncrypted: false, Values }))

describe('the settings of the local stack', () => {
  it('are those of the sample until there is a file of one’s own', () => {
    write('local.settings.sample.json', { HUB_URL: 'sample', NEW: 'sample' })
    expect(readLocalSettings(folder, {}).settings).toEqual({ HUB_URL: 'sample', NEW: 'sample' })
    write('local.settings.json', { HUB_URL: 'own' })
    expect(readLocalSettings(folder, {}).settings).toEqual({ HUB_URL: 'own' })
  })

  it('give way to environment variables of the same names, and to no others', () => {
    write('local.settings.sample.json', { HUB_URL: 'sample', NEW: 'sample' })
    write('local.settings.json', { HUB_URL: 'own' })
    const environment = { HUB_URL: 'env', NEW: '', PATH: '/bin' }
    expect(readLocalSettings(folder, environment).overrides).toEqual({ HUB_URL: 'env', NEW: '' })
  })

  it('may have a byte order mark, comments and trailing commas in their file', () => {
    writeFileSync(
      join(folder, 'local.settings.sample.json'),
      '\uFEFF{ "Values": { "HUB_URL": "http://hub", /* mine */ }, // all\n}',
    )
    expect(readLocalSettings(folder, {}).settings).toEqual({ HUB_URL: 'http://hub' })
  })

  it('say which file cannot be read', () => {
    write('local.settings.sample.json', {})
    write('local.settings.json', { PORT: 1 })
    expect(() => readLocalSettings(folder, {})).toThrow(/local\.settings\.json cannot be read[^]*PORT/)
    writeFileSync(join(folder, 'local.settings.json'), '{')
    expect(() => readLocalSettings(folder, {})).toThrow('local.settings.json cannot be read')
  })
})

describe('moving the settings to the ports in use', () => {
  const urls = {
    functions: 'http://127.0.0.1:7081',
    hub: 'http://127.0.0.1:20001',
    psa: 'http://127.0.0.1:20002',
    blobs: 'http://127.0.0.1:20003',
    queues: 'http://127.0.0.1:20004',
    tables: 'http://127.0.0.1:20005',
    bus: 'http://127.0.0.1:20006',
    defend: 'http://127.0.0.1:20007',
    cmdb: 'http://127.0.0.1:20009',
    crm: 'http://127.0.0.1:20010',
    rmm: 'http://127.0.0.1:20091',
    books: 'http://127.0.0.1:20092',
    voice: 'http://127.0.0.1:20093',
    people: 'http://127.0.0.1:20094',
    keyVault: 'http://127.0.0.1:20088',
    operators: 'http://127.0.0.1:20089',
    models: 'http://127.0.0.1:20090',
    web: 'http://127.0.0.1:20020',
    oncall: 'http://127.0.0.1:20011',
    serviceBus: 'sb://127.0.0.1:20008',
  }

  it('changes the addresses of the usual ports, each once', () => {
    expect(
      moveToPorts(
        {
          CODE_PUBLIC_URL: 'http://127.0.0.1:7071',
          HUB_URL: 'http://localhost:7081',
          DATA_STORAGE: 'BlobEndpoint=http://127.0.0.1:10000/dev;TableEndpoint=http://127.0.0.1:10002/dev;',
          SERVICE_BUS: 'Endpoint=sb://127.0.0.1:5672;SharedAccessKey=key;',
        },
        urls,
      ),
    ).toEqual({
      CODE_PUBLIC_URL: 'http://127.0.0.1:7081',
      HUB_URL: 'http://127.0.0.1:20001',
      DATA_STORAGE: 'BlobEndpoint=http://127.0.0.1:20003/dev;TableEndpoint=http://127.0.0.1:20005/dev;',
      SERVICE_BUS: 'Endpoint=sb://127.0.0.1:20008;SharedAccessKey=key;',
    })
  })

  it('leaves every other address as it is', () => {
    const settings = {
      HUB_URL: 'https://hub.example:7081',
      PSA_API_URL: 'http://127.0.0.1:70820/api',
      AI_PUBLIC_URL: 'http://10.0.0.1:7071',
    }
    expect(moveToPorts(settings, urls)).toEqual(settings)
  })
})

it('names every setting that is missing or empty', () => {
  expect(() => requireSettings({ A: 'a', B: '' }, ['A', 'B', 'C'])).toThrow('needs B, C.')
  expect(requireSettings({ A: 'a', B: 'b' }, ['A'])).toEqual({ A: 'a' })
})

it('are read by a shell as they are', () => {
  const settings = { PLAIN: 'a=b;c', QUOTED: `it's "here" $HOME`, LINES: 'one\ntwo', EMPTY: '' }
  const script = `${shellText(settings)}printf '%s\\0' "$PLAIN" "$QUOTED" "$LINES" "$EMPTY"`
  const read = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
  expect(read).toEqual(Object.values(settings))
})
