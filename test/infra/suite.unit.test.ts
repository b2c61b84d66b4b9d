import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { projectFolder } from '../../local/parts.ts'
import { wrappingKeyName } from '../../shared/secrets/wrapping-key-name.ts'
import { peerNames, peers } from '../../shared/peers/peers.ts'
import { modulesOf } from '../../infra/description/app-tables.ts'
import { suiteText } from '../../infra/description/suite-file.ts'
import { digestOfInputs } from '../../infra/check/inputs.ts'
import { snapshots, suite } from './snapshot.ts'

/** Each app is bundled for it. */
const slow = 180_000

describe('infra/suite.json', () => {
  it('is what the code says: npm run docs writes it anew', { timeout: slow }, async () => {
    expect(readFileSync(join(projectFolder, 'infra/suite.json'), 'utf8')).toBe(await suiteText())
  })
})

describe('a snapshot', () => {
  it.each(snapshots)(
    'of $stage was made of what stands there: npm run infra -- --update writes it anew',
    ({ madeOf }) => {
      expect(madeOf).toBe(digestOfInputs(projectFolder))
    },
  )
})

/** What the code of an app asks of `services`, which makes what it is asked for: `services.queues()`, `forReading.crm()`. */
const asked = (source: string): ReadonlySet<string> =>
  new Set([...source.matchAll(/\b(?:services|forReading)\.(\w+)\b/g)].flatMap(([, name]) => name ?? []))

/** A message that failed goes back to the queue that it came from; and dead letters are taken out. */
const ownQueues = new Set(['shared/triggers/failed-message.ts', 'functions/platform/dead-letter-timer.ts'])

describe.each(suite.apps)('what infra/suite.json says of $name', (app) => {
  const sources = new Map<string, string>()

  beforeAll(async () => {
    for (const file of await modulesOf(app.name))
      if (/^(?:functions|shared)\//.test(file) && file !== 'shared/services.ts')
        sources.set(file, readFileSync(join(projectFolder, file), 'utf8'))
  }, slow)

  const asking = (name: string): readonly string[] =>
    [...sources].flatMap(([file, source]) => (asked(source).has(name) && !ownQueues.has(file) ? [file] : []))

  it('has every product that its code calls', () => {
    for (const peer of peerNames)
      if (asking(peer).length > 0)
        expect({ peer, by: asking(peer), settings: app.settings }).toEqual({
          peer,
          by: asking(peer),
          settings: expect.arrayContaining([peers[peer].url, peers[peer].key]) as unknown,
        })
  })

  it('has the keys that signed before, just where it signs: what was rotated is verified still', () => {
    const signing = 'shared/audit-log/signing-keys.ts'
    const needs = sources.has(signing) && app.settings.includes('AUDIT_SIGNING_KEY')
    expect(readFileSync(join(projectFolder, signing), 'utf8')).toContain("require('AUDIT_PUBLIC_KEYS')")
    expect({ needs, given: app.settings.includes('AUDIT_PUBLIC_KEYS') }).toEqual({ needs, given: needs })
    expect(needs).toBe(true)
  })

  it('has every queue that its code sends to', () => {
    if (asking('queues').length > 0) expect(app.queues.sendsTo).not.toEqual([])
    const told = [...sources.values()]
      .filter((source) => /\bqueues\.send\(/.test(source))
      .flatMap((source) => [...source.matchAll(/^ {2}queue: '([\w-]+)',$/gm)].flatMap(([, queue]) => queue ?? []))
    expect(app.queues.sendsTo).toEqual(expect.arrayContaining(told))
    if (app.queues.sendsTo.length > 0) expect(app.settings).toContain('SERVICE_BUS')
  })

  it('says that it asks models, just when its code does', () => {
    expect({ by: asking('models'), models: app.models }).toEqual({
      by: asking('models'),
      models: asking('models').length > 0,
    })
    if (app.models) expect(app.settings).toEqual(expect.arrayContaining(['AI_MODELS', 'AI_MODEL_KEY']))
  })

  it('lets it change keys of organizations, just when its code does', () => {
    const by = [...asking('registration'), ...asking('tenantSecrets')]
    expect({ by, rotates: app.tenantKeys === 'rotates' }).toEqual({ by, rotates: by.length > 0 })
  })

  it('lets it at the wrapping key, just when its code wraps', () => {
    const by = [...asking('secrets'), ...asking('sealing')]
    const { reads, rotates } = app.secrets
    expect({ by, may: [...reads, ...rotates].includes(wrappingKeyName) }).toEqual({ by, may: by.length > 0 })
  })
})
