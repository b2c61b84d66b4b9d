// What stands between a model and whoever reads its answer: a model that misbehaves in every way, and nothing that gets through.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { features } from '../../../../functions/ai/features/features.ts'
import { answerFeature } from '../../../../shared/features/answering.ts'
import { wholeReply } from '../../../../shared/features/replies.ts'
import type { FeatureAnswer, FeatureEvent } from '../../../../shared/features/feature-answer.ts'
import { aiCallTable } from '../../../../shared/ai/ledger/ai-call-table.ts'
import { isAppError } from '../../../../shared/errors.ts'
import type { Services } from '../../../../shared/services.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { linkedBy } from '../../../../eval/gate/link-readers.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { type ScriptedModels, startScriptedModels } from '../../../support/scripted-model.ts'

const { urls, settings } = inject('stack')
const tenantId = newTenantId()
const input = {
  repository: { name: 'northwind/storefront' },
  sources: [
    {
      id: 'a.ts',
      url: 'https://git.example/a.ts',
      text: 'Call +49 30 901820 when orders fail. The key is AKIAIOSFODNN7EXAMPLE.',
    },
    { id: 'b.ts', text: 'Mail is sent by the worker. Ask ops@northwind.example about it.' },
  ],
}

let models: ScriptedModels
beforeAll(async () => {
  models = await startScriptedModels(settings)
  await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-enterprise' })
})
afterAll(() => models?.close())

const modelThat: ScriptedModels['modelThat'] = (...next) => models.modelThat(...next)

const featureNamed = (name: string) => {
  const found = features.find((feature) => feature.name === name)
  if (!found) throw new Error(`There is no feature ${name}.`)
  return found
}
const begin = (services: Services, name: string, signal = new AbortController().signal) =>
  answerFeature(services, featureNamed(name), { tenantId, input, signal })
const ask = async (services: Services, name: string): Promise<FeatureAnswer> =>
  (await wholeReply(begin(services, name))).body

const debt = (evidence: readonly string[], summary = 'One item.') =>
  JSON.stringify({
    summary,
    items: [
      { title: 'Retries', kind: 'design', severity: 'low', recommendation: 'Add a queue.', effort: 'days', evidence },
    ],
  })

describe('an answer in a form', () => {
  it('that fits is given as it is', async () => {
    const { services } = await modelThat({ text: debt(['b.ts']) })
    const whole = await ask(services, 'code-debt-analysis')
    expect(whole).toMatchObject({ isRepaired: false, answer: { items: [{ evidence: ['b.ts'] }] } })
    expect(whole.label).toBeUndefined()
  })

  it.each([
    ['is no JSON', 'I would say: a lot.'],
    ['lacks a member', JSON.stringify({ summary: 'One.' })],
    ['rests on a source that there is not', debt(['c.ts'])],
  ])('that %s is repaired once', async (_, text) => {
    const { services, calls } = await modelThat({ text }, { text: debt(['a.ts']) })
    expect(await ask(services, 'code-debt-analysis')).toMatchObject({
      isRepaired: true,
      model: expect.stringContaining('d-') as string,
    })
    expect(await calls()).toHaveLength(2)
  })

  it('that does not fit after that is replaced by rules, which say so', async () => {
    const { services, calls } = await modelThat(
      { text: debt(['c.ts']) },
      { text: debt(['d.ts']) },
      { text: debt(['a.ts']) },
    )
    expect(await ask(services, 'code-debt-analysis')).toMatchObject({
      model: 'rules',
      label: expect.stringContaining('a model was asked') as string,
    })
    expect(await calls()).toHaveLength(2)
  })

  it('that does not fit leaves in the log where, and nothing of what the model wrote', async () => {
    const lines: string[] = []
    const { services } = await modelThat({ text: debt(['zebra.ts']) }, { text: debt(['okapi.ts']) })
    await runWithLogSink(
      (_, line) => lines.push(line),
      () => ask(services, 'code-debt-analysis'),
    )
    const line = lines.find((one) => one.includes('ai.answer.by_rule'))
    expect(line).toContain('items[0].evidence[0]')
    expect(lines.join()).not.toMatch(/zebra|okapi/)
  })

  it('has neither links nor markup in its texts that the input did not bring', async () => {
    const summary = 'Look at [this](https://evil.example/x) and <img src=https://evil.example/y> now.'
    const { services } = await modelThat({ text: debt(['a.ts'], summary) })
    const whole = await ask(services, 'code-debt-analysis')
    expect(JSON.stringify(whole)).not.toMatch(/evil\.example|<img/)
  })
})

describe('an answer that names e-mail addresses', () => {
  it('has those that the input has, as no link, and no others', async () => {
    const text = 'Ask ops@northwind.example, or eve@evil.example.'
    const { services } = await modelThat({ text })
    const { answer } = await ask(services, 'code-review-narrative')
    expect(JSON.stringify(answer)).toMatch(/Ask ops\S+northwind\S+example, or \(address removed\)/)
    expect(linkedBy(JSON.stringify(answer))).toEqual([])
  })
})

describe('an answer in a form of which a text is empty once it is as it may be shown', () => {
  it('is replaced by rules when the model does not mend it', async () => {
    const text = debt(['a.ts'], '![](https://evil.example/x.png)')
    const { services } = await modelThat({ text }, { text })
    expect(await ask(services, 'code-debt-analysis')).toMatchObject({ model: 'rules' })
  })
})

describe('what goes to the model', () => {
  it('has no secret and no personal number', async () => {
    const { services, prompts } = await modelThat({ text: 'Call the number that it names.' })
    await ask(services, 'code-review-narrative')
    const sent = await prompts()
    expect(sent).toContain('Mail')
    expect(sent).not.toContain('AKIAIOSFODNN7EXAMPLE')
    expect(sent).not.toMatch(/901820/)
  })
})

const problemOf = async (events: AsyncIterable<FeatureEvent>) => {
  const seen: FeatureEvent[] = []
  try {
    for await (const event of events) seen.push(event)
  } catch (error) {
    if (!isAppError(error)) throw error
    return { code: error.code, seen }
  }
  return { code: undefined, seen }
}

describe('an answer in text', () => {
  it.each([
    ['prompt-filtered', 'prompt-filtered'],
    ['answer-filtered', 'prompt-filtered'],
    ['declined', 'model-declined'],
  ] as const)('of a model that ends with "%s" is the problem %s', async (fault, code) => {
    const { services } = await modelThat({ fault, text: 'A long answer with many words in it.', at: 2 })
    expect((await problemOf(begin(services, 'code-review-narrative'))).code).toBe(code)
  })

  it('that repeats what the prompt keeps to itself is refused', async () => {
    const { services } = await modelThat({ obeys: 'prompt' })
    const system = await problemOf(begin(services, 'code-review-narrative'))
    const shown = JSON.stringify(system.seen)
    // A model that gives its whole prompt away has the canary in it.
    expect([system.code, shown.includes('"done"')]).toEqual(['answer-refused', false])
  })

  it('that is taken back late is taken back from the reader', async () => {
    const { services } = await modelThat({ fault: 'late-filter', text: 'Something bad.' })
    const { seen } = await problemOf(begin(services, 'code-review-narrative'))
    expect(seen.map(({ kind }) => kind)).toContain('retract')
  })

  it('of a model that breaks off is taken back, and what rules can say follows', async () => {
    const { services } = await modelThat({ fault: 'cut', text: 'A long answer. It has many words in it.', at: 6 })
    const events: FeatureEvent[] = []
    const asked = { tenantId, input: { ...input, kind: 'handoff' }, signal: new AbortController().signal }
    for await (const event of answerFeature(services, featureNamed('code-documentation'), asked)) events.push(event)
    const kinds = events.map(({ kind }) => kind)
    const taken = kinds.indexOf('retract')
    expect(kinds.slice(0, taken)).toContain('text')
    expect(kinds.slice(taken)).toEqual(['retract', 'text', 'done'])
    const [, text, done] = events.slice(taken)
    expect(text).toMatchObject({ text: expect.stringMatching(/^# Handoff of `northwind\/storefront`/) as string })
    expect(done).toMatchObject({ answer: { model: 'rules', label: expect.stringMatching(/^Made by rule/) as string } })
    expect(JSON.stringify(text)).not.toContain('A long answer')
  })

  it('says of a statement that names what no source has that none has it', async () => {
    const { services } = await modelThat({
      text: 'Mail is sent by the worker [b.ts]. It has 42 tables in /etc/shadow.',
    })
    expect((await ask(services, 'code-review-narrative')).answer).toBe(
      'Mail is sent by the worker \\[b.ts\\]. It has 42 tables in /etc/shadow. (not in the sources)',
    )
  })

  it('without rules fails when the model breaks off', async () => {
    const { services } = await modelThat({ fault: 'cut', text: 'A long answer with many words in it.', at: 4 })
    await expect(ask(services, 'code-review-narrative')).rejects.toMatchObject({ code: 'model-cut-off' })
  })

  it('ends at the model when its reader leaves, and what was used is in the ledger', async () => {
    const { services, calls, ended } = await modelThat({ text: 'word '.repeat(2_000), tokensPerSecond: 20 })
    const leaving = new AbortController()
    const reading = problemOf(begin(services, 'code-review-narrative', leaving.signal))
    await eventually(calls, (seen) => seen.length === 1, 20_000)
    leaving.abort()
    expect((await reading).code).toBe('caller-gone')
    const [call] = await ended()
    expect(call?.outcome).toBe('aborted')
    const ledger = await eventually(
      async () =>
        (await services.store().open(aiCallTable).call.list({ tenantId }, { limit: 100 })).rows.map(
          ({ value }) => value.outcome,
        ),
      (outcomes) => outcomes.includes('cancelled'),
      20_000,
    )
    expect(ledger).toContain('cancelled')
  })
})
