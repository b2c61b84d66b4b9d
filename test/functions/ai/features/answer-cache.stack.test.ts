// Answers that are kept: for whom, for how long, of what; and that nothing that goes wrong with them is noticed by who asks.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { features } from '../../../../functions/ai/features/features.ts'
import { answerTable } from '../../../../shared/ai/answer-cache/answer-table.ts'
import { aiCallTable } from '../../../../shared/ai/ledger/ai-call-table.ts'
import { AppError } from '../../../../shared/errors.ts'
import { answerFeature } from '../../../../shared/features/answering.ts'
import type { Answerable, FeatureRequest } from '../../../../shared/features/feature.ts'
import type { FeatureAnswer, FeatureEvent } from '../../../../shared/features/feature-answer.ts'
import { wholeReply } from '../../../../shared/features/replies.ts'
import { replaceSettings } from '../../../../functions/code/settings/settings-change.ts'
import type { Services } from '../../../../shared/services.ts'
import { readSettings, tenantSettingsTable } from '../../../../shared/tenants/tenant-settings.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { type ScriptedModels, startScriptedModels } from '../../../support/scripted-model.ts'

const { urls, settings } = inject('stack')

let models: ScriptedModels
beforeAll(async () => {
  models = await startScriptedModels(settings)
})
afterAll(() => models?.close())

const newTenant = async (): Promise<string> => {
  const tenantId = newTenantId()
  await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-pro' })
  return tenantId
}

const named = (name: string): Answerable => {
  const found = features.find((feature) => feature.name === name)
  if (!found) throw new Error(`There is no feature ${name}.`)
  return found
}
const documentation = named('code-documentation')
const debt = named('code-debt-analysis')

const inputOf = (text = 'Mail is sent by the worker.') => ({
  kind: 'architecture',
  repository: { name: 'northwind/storefront' },
  sources: [{ id: 'a.ts', text }],
})

const signal = new AbortController().signal
type Asked = Partial<FeatureRequest> & Pick<FeatureRequest, 'tenantId'>
const begin = (services: Services, feature: Answerable, asked: Asked) =>
  answerFeature(services, feature, { input: inputOf(), signal, ...asked })
const ask = async (services: Services, asked: Asked, feature = documentation): Promise<FeatureAnswer> =>
  (await wholeReply(begin(services, feature, asked))).body

const counted = async (services: Services, tenantId: string) =>
  (await services.store().open(aiCallTable).call.list({ tenantId }, { limit: 100 })).rows.map(({ value }) => value)
const keptRows = async (services: Services, tenantId: string) =>
  (await services.store().open(answerTable).answer.list({ tenantId }, { limit: 100 })).rows.map(({ value }) => value)

describe('an answer to the same input', () => {
  it('is given again without a model, says so and how old it is, and counts as a request without tokens', async () => {
    const tenantId = await newTenant()
    const { services, calls } = await models.modelThat({ text: '# First' }, { text: '# Second' })
    const first = await wholeReply(begin(services, documentation, { tenantId }))
    const again = await wholeReply(begin(services, documentation, { tenantId }))
    expect(first.body).toMatchObject({ answer: '# First', isCached: false })
    expect(first.body).not.toHaveProperty('ageSeconds')
    expect(again.body).toMatchObject({
      answer: '# First',
      model: first.body.model,
      isCached: true,
      ageSeconds: expect.any(Number) as number,
      usage: { promptTokens: 0, answerTokens: 0 },
    })
    expect(again.headers).toMatchObject({ age: String(again.body.ageSeconds) })
    expect(again.body.callId).not.toBe(first.body.callId)
    expect(await calls()).toHaveLength(1)
    const left = [first, again].map(({ headers }) => Number(headers['x-ratelimit-remaining-requests']))
    expect(left[1]).toBeLessThan(left[0] ?? 0)
    const ledger = await eventually(
      () => counted(services, tenantId),
      (known) => known.length === 2,
      20_000,
    )
    expect(ledger.find(({ callId }) => callId === again.body.callId)).toMatchObject({
      provider: 'cache',
      outcome: 'done',
      isCached: true,
      promptTokens: 0,
      completionTokens: 0,
      reservedTokens: 0,
    })
    const sums = await services.store().open(aiCallTable).sum.list({ tenantId }, { limit: 10 })
    expect(sums.rows.reduce((sum, { value }) => sum + value.cached, 0)).toBe(1)
  })

  it('is found by another process, whatever the order of the members', async () => {
    const tenantId = await newTenant()
    const { services, deployment, calls } = await models.modelThat({ text: '# First' })
    await ask(services, { tenantId })
    await eventually(
      () => keptRows(services, tenantId),
      (rows) => rows.length === 1,
      20_000,
    )
    const { sources, repository, kind } = inputOf()
    const other = await ask(models.servicesFor(deployment), { tenantId, input: { sources, repository, kind } })
    expect(other).toMatchObject({ answer: '# First', isCached: true })
    expect(await calls()).toHaveLength(1)
  })

  it('comes as events as well', async () => {
    const tenantId = await newTenant()
    const { services } = await models.modelThat({ text: '# First' })
    await ask(services, { tenantId })
    const kinds: string[] = []
    for await (const event of begin(services, documentation, { tenantId })) kinds.push(event.kind)
    expect(kinds).toEqual(['progress', 'text', 'done'])
  })

  it('that has another form by now is asked for anew', async () => {
    const tenantId = await newTenant()
    const { services, calls } = await models.modelThat({ text: '# First' }, { text: '{"summary":"None.","items":[]}' })
    await ask(services, { tenantId })
    const later = { ...debt, name: documentation.name, prompt: documentation.prompt }
    expect(await ask(services, { tenantId }, later)).toMatchObject({ answer: { items: [] }, isCached: false })
    expect(await calls()).toHaveLength(2)
  })
})

describe('a model is asked anew', () => {
  const versioned: Answerable = {
    ...documentation,
    prompt: async () => ({ ...(await documentation.prompt()), version: '2' }),
  }

  it.each<readonly [string, Partial<FeatureRequest>, Answerable]>([
    ['for another input', { input: inputOf('Mail is sent by the web app.') }, documentation],
    ['for another version of the prompt', {}, versioned],
    ['for another feature', {}, { ...documentation, name: 'code-documentation-2' }],
    ['when the caller wants it fresh', { freshness: 'fresh' }, documentation],
    ['when the caller wants nothing kept', { freshness: 'unkept' }, documentation],
  ])('%s', async (_, change, feature) => {
    const tenantId = await newTenant()
    const { services, calls } = await models.modelThat({ text: '# First' }, { text: '# Second' })
    await ask(services, { tenantId })
    expect(await ask(services, { tenantId, ...change }, feature)).toMatchObject({ answer: '# Second', isCached: false })
    expect(await calls()).toHaveLength(2)
  })

  it('for other deployments', async () => {
    const tenantId = await newTenant()
    const [one, other] = [await models.modelThat({ text: '# First' }), await models.modelThat({ text: '# Second' })]
    await ask(one.services, { tenantId })
    expect(await ask(other.services, { tenantId })).toMatchObject({ answer: '# Second' })
  })

  it('once its time is over', async () => {
    const tenantId = await newTenant()
    const { services, deployment } = await models.modelThat({ text: '# First' }, { text: '# Second' })
    await ask(services, { tenantId })
    await eventually(
      () => keptRows(services, tenantId),
      (rows) => rows.length === 1,
      20_000,
    )
    const later = models.servicesFor(deployment, () => new Date(Date.now() + 169 * 3_600_000))
    expect(await ask(later, { tenantId })).toMatchObject({ answer: '# Second' })
  })

  it('and what is fresh takes the place of what was kept, what is not to be kept does not', async () => {
    const tenantId = await newTenant()
    const { services } = await models.modelThat({ text: '# First' }, { text: '# Second' }, { text: '# Third' })
    await ask(services, { tenantId })
    await ask(services, { tenantId, freshness: 'fresh' })
    await eventually(
      () => ask(services, { tenantId }),
      ({ answer }) => answer === '# Second',
      20_000,
    )
    expect(await ask(services, { tenantId, freshness: 'unkept' })).toMatchObject({ answer: '# Third' })
    expect(await ask(services, { tenantId })).toMatchObject({ answer: '# Second', isCached: true })
  })
})

describe('what is kept of one organization', () => {
  it('is not given to another, neither from the table nor while the model still answers', async () => {
    const [northwind, contoso] = [await newTenant(), await newTenant()]
    const { services, calls } = await models.modelThat(
      { text: '# Of Northwind', tokensPerSecond: 20 },
      { text: '# Of Contoso' },
    )
    const first = ask(services, { tenantId: northwind })
    await eventually(calls, (known) => known.length === 1, 20_000)
    expect(await ask(services, { tenantId: contoso })).toMatchObject({ answer: '# Of Contoso', isCached: false })
    expect(await first).toMatchObject({ answer: '# Of Northwind' })
    const both = [northwind, contoso].map(async (tenantId) => ask(services, { tenantId }))
    expect(await Promise.all(both)).toMatchObject([
      { answer: '# Of Northwind', isCached: true },
      { answer: '# Of Contoso', isCached: true },
    ])
  })

  it('cannot be read in the table, nor be found by a guess', async () => {
    const [tenantId, other] = [await newTenant(), await newTenant()]
    const { services } = await models.modelThatAlways({ text: '# The worker sends mail' })
    await Promise.all([tenantId, other].map((one) => ask(services, { tenantId: one })))
    const rows = await eventually(
      async () => [...(await keptRows(services, tenantId)), ...(await keptRows(services, other))],
      (known) => known.length === 2,
      20_000,
    )
    expect(JSON.stringify(rows)).not.toMatch(/worker|storefront/)
    expect(new Set(rows.map(({ digest }) => digest)).size).toBe(2)
  })

  it('is kept for one person where the input is personal, and for nobody without one', async () => {
    const tenantId = await newTenant()
    const personal: Answerable = { ...documentation, cached: { keepForHours: 1, of: 'person' } }
    const { services, calls } = await models.modelThatAlways({ text: '# Mine' })
    const asking = async (userId?: string) =>
      (await ask(services, { tenantId, ...(userId !== undefined && { userId }) }, personal)).isCached
    expect([await asking('mia'), await asking('mia'), await asking('tom')]).toEqual([false, true, false])
    expect([await asking(), await asking()]).toEqual([false, false])
    expect(await calls()).toHaveLength(4)
    const rows = await eventually(
      () => keptRows(services, tenantId),
      (known) => known.length === 2,
      20_000,
    )
    expect(rows.map(({ userId = '' }) => userId).toSorted((one, other) => one.localeCompare(other))).toEqual([
      'mia',
      'tom',
    ])
  })
})

describe('those who ask the same at once', () => {
  it('have one answer of one call', async () => {
    const tenantId = await newTenant()
    const { services, calls } = await models.modelThat({ text: '# First', firstByteMs: 300 })
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(services, { tenantId })))
    expect(answers.map(({ answer }) => answer)).toEqual(Array.from({ length: 5 }, () => '# First'))
    expect(answers.filter(({ isCached }) => isCached)).toHaveLength(4)
    expect(await calls()).toHaveLength(1)
  })

  it('are answered also when the one leaves for whom the model was asked', async () => {
    const tenantId = await newTenant()
    const { services, calls } = await models.modelThat(
      { text: 'word '.repeat(500), tokensPerSecond: 20 },
      { text: '# Whole' },
    )
    const leaving = new AbortController()
    const first = ask(services, { tenantId, signal: leaving.signal })
    await eventually(calls, (known) => known.length === 1, 20_000)
    const second = ask(services, { tenantId })
    leaving.abort()
    await expect(first).rejects.toMatchObject({ code: 'caller-gone' })
    expect(await second).toMatchObject({ answer: '# Whole', isCached: false })
  })

  it('leave without an answer when they want to', async () => {
    const tenantId = await newTenant()
    const { services, calls } = await models.modelThat({ text: '# First', firstByteMs: 1_000 })
    const first = ask(services, { tenantId })
    await eventually(calls, (known) => known.length === 1, 20_000)
    const leaving = new AbortController()
    const second = ask(services, { tenantId, signal: leaving.signal })
    leaving.abort()
    await expect(second).rejects.toMatchObject({ code: 'caller-gone' })
    expect(await first).toMatchObject({ answer: '# First' })
  })
})

describe('an answer is not kept', () => {
  const outcomeOf = async (events: AsyncIterable<FeatureEvent>): Promise<string> => {
    try {
      for await (const event of events) if (event.kind === 'done') return event.answer.isCached ? 'kept' : 'made'
      return 'nothing'
    } catch (error) {
      return error instanceof AppError ? error.code : 'error'
    }
  }

  it.each([
    ['that reached the most that it may say', { text: 'word '.repeat(8_000) }, 'made', documentation],
    ['that was taken back by a filter', { fault: 'late-filter', text: '# Bad' }, 'prompt-filtered', documentation],
    ['that gives the instructions away', { obeys: 'prompt' }, 'answer-refused', documentation],
    [
      'that is by rule, since the model broke off',
      { fault: 'cut', text: 'A long answer.', at: 3 },
      'made',
      documentation,
    ],
    ['that is by rule, since none of the model fits', { text: 'No JSON.' }, 'made', debt],
  ] as const)('%s', async (_, behaviour, outcome, feature) => {
    const tenantId = await newTenant()
    const { services } = await models.modelThatAlways(behaviour)
    const first = await outcomeOf(begin(services, feature, { tenantId }))
    expect(first).toBe(outcome)
    expect(await outcomeOf(begin(services, feature, { tenantId }))).not.toBe('kept')
    await (await services.answerCache()).close()
    expect(await keptRows(services, tenantId)).toEqual([])
  })

  it('with a link that the input did not bring', async () => {
    const tenantId = await newTenant()
    const { services } = await models.modelThat({ text: 'See https://evil.example/x for more.' })
    await ask(services, { tenantId })
    const again = await ask(services, { tenantId })
    expect(again.isCached).toBe(true)
    expect(JSON.stringify(again)).not.toContain('evil.example')
  })
})

describe('a cache that is out of order', () => {
  it.each<readonly [string, (services: Services) => Partial<Services>]>([
    ['since no key can be read', () => ({ sealing: () => Promise.reject(new AppError('vault-unavailable', 'Away.')) })],
    [
      'since its table is away',
      (services) => ({
        answerCache: async () => {
          const { createAnswerCache } = await import('../../../../shared/ai/answer-cache/answer-cache.ts')
          const store = () => {
            throw new AppError('storage-unavailable', 'Away.')
          }
          return createAnswerCache({ store, sealing: services.sealing, now: services.now })
        },
      }),
    ],
  ])('is not noticed by who asks: %s', async (_, change) => {
    const tenantId = await newTenant()
    const { services, calls } = await models.modelThatAlways({ text: '# First' })
    const changed: Services = { ...services, ...change(services) }
    if (changed.answerCache === services.answerCache) {
      const { createAnswerCache } = await import('../../../../shared/ai/answer-cache/answer-cache.ts')
      const cache = createAnswerCache({ store: services.store, sealing: changed.sealing, now: services.now })
      Object.assign(changed, { answerCache: () => Promise.resolve(cache) })
    }
    expect([await ask(changed, { tenantId }), await ask(changed, { tenantId })]).toMatchObject([
      { answer: '# First', isCached: false },
      { answer: '# First', isCached: false },
    ])
    expect(await calls()).toHaveLength(2)
  })

  it('gives no answer that somebody has changed in the table', async () => {
    const tenantId = await newTenant()
    const { services, deployment } = await models.modelThat({ text: '# First' }, { text: '# Second' })
    await ask(services, { tenantId })
    const [row] = await eventually(
      () => keptRows(services, tenantId),
      (rows) => rows.length === 1,
      20_000,
    )
    if (!row) throw new Error('There is no row.')
    await services
      .store()
      .open(answerTable)
      .answer.upsert({ ...row, sealed: `${row.sealed.slice(0, -4)}AAAA` })
    expect(await ask(models.servicesFor(deployment), { tenantId })).toMatchObject({ answer: '# Second' })
  })
})

describe('an organization that opts out of AI', () => {
  const optOut = (services: Services, tenantId: string, aiOptOut: boolean, revision: string | null) =>
    replaceSettings(
      { store: services.store(), now: services.now, tenantId, clientId: undefined, by: 'user:mia' },
      { aiOptOut },
      revision,
    )

  it('is given nothing of what was kept, has nothing kept any more, and is asked for anew when it opts in again', async () => {
    const tenantId = await newTenant()
    const { services } = await models.modelThat({ text: '# First' }, { text: '# Second' })
    await ask(services, { tenantId })
    await eventually(
      () => keptRows(services, tenantId),
      (rows) => rows.length === 1,
      20_000,
    )
    await optOut(services, tenantId, true, null)
    expect(await keptRows(services, tenantId)).toEqual([])
    await expect(ask(services, { tenantId })).rejects.toMatchObject({ code: 'ai-opted-out' })
    const revision = (await readSettings(services.store(), tenantId))?.value.revision ?? null
    await optOut(services, tenantId, false, revision)
    expect(await ask(services, { tenantId })).toMatchObject({ answer: '# Second', isCached: false })
  })

  it('has nothing kept any more, however much there was', async () => {
    const tenantId = await newTenant()
    const { services } = await models.modelThat({ text: '# First' })
    const rows = services.store().open(answerTable).answer
    const until = new Date(Date.now() + 3_600_000).toISOString()
    await Promise.all(
      Array.from({ length: 230 }, (_, at) => {
        const place = at.toString(16).padStart(3, '0')
        return rows.insert({ tenantId, place, digest: place, feature: 'code-documentation', until, sealed: 'x' })
      }),
    )
    await optOut(services, tenantId, true, null)
    expect((await keptRows(services, tenantId)).length).toBe(0)
  })

  it('is refused although an answer is kept', async () => {
    const tenantId = await newTenant()
    const { services } = await models.modelThat({ text: '# First' })
    await ask(services, { tenantId })
    const at = { revision: 'r', updatedAt: new Date().toISOString(), updatedBy: 'user:mia' }
    await services
      .store()
      .open(tenantSettingsTable)
      .settings.upsert({ tenantId, clientId: '', ...at, aiOptOut: true })
    await expect(ask(services, { tenantId })).rejects.toMatchObject({ code: 'ai-opted-out' })
  })

  it('while the model answers has that answer not kept', async () => {
    const tenantId = await newTenant()
    const { services, calls } = await models.modelThat({ text: '# First', firstByteMs: 1_000 })
    const asked = ask(services, { tenantId })
    await eventually(calls, (known) => known.length === 1, 20_000)
    await optOut(services, tenantId, true, null)
    await asked
    await (await services.answerCache()).close()
    expect(await keptRows(services, tenantId)).toEqual([])
  })
})
