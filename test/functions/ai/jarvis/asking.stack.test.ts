// Jarvis with a model: what it is told, and what becomes of what it says.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type JarvisEvent, askJarvis } from '../../../../functions/ai/jarvis/asking.ts'
import type { Message } from '../../../../functions/ai/jarvis/contract.ts'
import { type ConversationRow, conversationTable } from '../../../../functions/ai/jarvis/conversation-table.ts'
import { beginConversation, readConversation, refuseFull } from '../../../../functions/ai/jarvis/conversations.ts'
import { startModels } from '../../../../local/models/models.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { type Services, createServices } from '../../../../shared/services.ts'
import { tenantSettingsTable, wholeTenant } from '../../../../shared/tenants/tenant-settings.ts'
import { type Ordered, createModelControl, newDeployment } from '../../../local/models/model-control.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { device, invoice, recordsOf } from './records.ts'

const { urls, settings } = inject('stack')

let models: Awaited<ReturnType<typeof startModels>>
const opened: Services[] = []
beforeAll(async () => {
  models = await startModels({ port: 0 })
})
afterAll(async () => {
  await Promise.all(opened.map(({ close }) => close()))
  await models?.close()
})

/** A conversation about the device and the invoice, with a model that answers so, one after the other. */
const conversationWith = async (...next: readonly Ordered[]) => {
  const [tenantId, userId, deployment] = [newTenantId(), 'user-1', newDeployment()]
  await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-pro' })
  const records = recordsOf(urls, tenantId)
  await records.put()
  for (const product of ['rmm', 'books'] as const) await records.allow(product, userId)
  const control = createModelControl(models.url)
  await control.order(deployment, { next })
  const providers = { local: { wire: 'openai-chat', endpoint: `${models.url}/v1`, auth: 'none' } }
  const classes = { fast: [`local/${deployment}`], deep: [`local/${deployment}`] }
  const services = createServices(loadConfig({ ...settings, AI_MODELS: JSON.stringify({ providers, classes }) }))
  opened.push(services)
  const { id: conversationId } = await beginConversation(services, { tenantId, userId }, [device, invoice])
  const key = { tenantId, userId, conversationId }
  const ask = async (text: string, signal = new AbortController().signal, messageId?: string): Promise<Message> => {
    for await (const event of askJarvis(services, { ...key, text, context: [], messageId, signal }))
      if (event.kind === 'done') return event.answer
    throw new Error('There was no answer.')
  }
  const prompts = async () => (await control.calls(deployment)).map((call) => JSON.stringify(call))
  const told = async (text: string): Promise<readonly JarvisEvent[]> => {
    const { signal } = new AbortController()
    const events: JarvisEvent[] = []
    for await (const event of askJarvis(services, { ...key, text, context: [], messageId: undefined, signal }))
      events.push(event)
    return events
  }
  const away = async (product: 'books'): Promise<void> => {
    const response = await fetch(`${urls[product]}/_control/faults?tenantId=${tenantId}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ kind: 'status', status: 503 }]),
    })
    if (!response.ok) throw new Error(`${product} refused faults: ${await response.text()}`)
  }
  return {
    services,
    key,
    away,
    ask,
    told,
    prompts,
    records,
    userId,
    kept: async () => (await readConversation(services, key)).messages,
  }
}

describe('an answer of a model to Jarvis', () => {
  it('cites what it names of what it was given, and nothing that it invented', async () => {
    const { ask } = await conversationWith({
      text: 'A patch is missing [r1.online, r1.patch-1]. It costs 7 [r9.total] [r2.status].',
    })
    const { citations, answer, model, label } = await ask('What is missing?')
    expect(answer).toContain('A patch is missing')
    for (const { id, source } of citations) expect(source).toEqual(id.startsWith('r1') ? device : invoice)
    expect(citations.map(({ id }) => id)).toContain('r2.status')
    expect(citations.map(({ id }) => id)).not.toContain('r9.total')
    expect([model.length > 0, label]).toEqual([true, undefined])
  })

  it('is quoted from the facts when the model fails, and says so', async () => {
    const { ask } = await conversationWith({ fault: 'cut', text: 'The device runs well. It has no disk.', at: 4 })
    const { answer, citations, model, label } = await ask('How much memory does it have?')
    expect(answer).toMatch(/memory/i)
    expect(answer).not.toContain('runs well')
    expect(citations.map(({ id }) => id)).toContain('r1.memory')
    expect([model, label]).toEqual(['embedded', expect.stringMatching(/without a language model/)])
  })

  it('says of itself that it names no fact, and of a figure that no fact has it', async () => {
    const { ask } = await conversationWith({ text: 'The CVSS score is 9.8. Tim Cook is its owner.' })
    const { answer, citations, label } = await ask('How bad is it?')
    expect(answer).toBe('The CVSS score is 9.8. (not in the sources) Tim Cook is its owner.')
    expect([citations, label]).toEqual([[], expect.stringMatching(/names no fact/)])
  })

  it('has no link but those of the records', async () => {
    const { ask } = await conversationWith({ text: 'See [here](https://evil.example/x) now.' })
    expect((await ask('Where?')).answer).not.toContain('evil.example')
  })

  it('is one, though the same message is asked several times at once', async () => {
    const { ask, kept } = await conversationWith({ text: 'One.' }, { text: 'Two.' }, { text: 'Three.' })
    const asks = [1, 2, 3].map(() => ask('What is it?', new AbortController().signal, 'message-1'))
    const answers = new Set((await Promise.all(asks)).map(({ answer }) => answer))
    expect((await kept()).map(({ id, answer }) => [id, answers.has(answer)])).toEqual([['message-1', true]])
    expect(answers.size).toBe(1)
  })

  it('is not kept when the person leaves before its end', async () => {
    const { ask, kept } = await conversationWith({ text: 'word '.repeat(2_000), tokensPerSecond: 20 })
    await expect(ask('What is it?', AbortSignal.timeout(1_500))).rejects.toThrow()
    expect(await kept()).toEqual([])
  })
})

describe('a question to Jarvis', () => {
  it('streams its first line before all else, so that what was streamed is what is kept', async () => {
    const { told, records, userId } = await conversationWith({ text: 'It is online [r1.online].' })
    await records.allow('books', userId, false)
    const events = await told('Is it online?')
    const streamed = events.map((event) => (event.kind === 'text' ? event.text : '')).join('')
    expect(streamed).toMatch(/^I could not read the .*\n\nIt is online/)
    expect(events.at(-1)).toMatchObject({ kind: 'done', answer: { answer: streamed } })
  })

  it('in a conversation of 200 messages is refused, also when others were asked meanwhile', async () => {
    const { services, key, ask, kept } = await conversationWith({ text: 'One.' })
    const rows = services.store().open(conversationTable).conversation
    await rows.modify(key, (current) => ({ ...(current as ConversationRow), messageCount: 200 }))
    await expect(ask('What is it?')).rejects.toMatchObject({ code: 'conflict' })
    expect(await kept()).toEqual([])
    expect(() => refuseFull(199)).not.toThrow()
    expect(() => refuseFull(200)).toThrow('the most there can be')
  })

  it('of an organization that has opted out of AI is refused before anything is read', async () => {
    const { services, key, ask, records, userId } = await conversationWith({ text: 'One.' })
    for (const product of ['rmm', 'books'] as const) await records.allow(product, userId, false)
    const set = { revision: '1', updatedAt: new Date().toISOString(), updatedBy: 'user:u', aiOptOut: true }
    const { tenantId } = key
    await services
      .store()
      .open(tenantSettingsTable)
      .settings.upsert({ tenantId, clientId: wholeTenant, ...set })
    await expect(ask('What is it?')).rejects.toMatchObject({ code: 'ai-opted-out' })
  })
})

describe('a question that follows another', () => {
  it('comes to the model with what was said before', async () => {
    const { ask, prompts } = await conversationWith({ text: 'It is a Zwetschge [r1].' }, { text: 'Plum.' })
    await ask('What fruit is it?')
    await ask('And in English?')
    const [first = '', second = ''] = await prompts()
    expect(first).not.toContain('Zwetschge')
    expect(second).toContain('What fruit is it?')
    expect(second).toContain('It is a Zwetschge')
  })

  it('comes with what rested on a record also while its product is away', async () => {
    const { ask, prompts, away } = await conversationWith({ text: 'They owe a Zwetschge.' }, { text: 'A plum.' })
    await ask('What do they owe?')
    await away('books')
    await ask('How is it called in English?')
    expect((await prompts())[1]).toContain('Zwetschge')
  })

  it.each([
    ['named', 'They owe a Zwetschge [r2.status].'],
    ['not named', 'They owe a Zwetschge.'],
  ])('comes without what rested on a record, %s, that the person does not see any longer', async (_, answered) => {
    const { ask, prompts, records, userId } = await conversationWith({ text: answered }, { text: 'I do not know.' })
    await ask('What do they owe?')
    await records.allow('books', userId, false)
    const { answer } = await ask('How much was it?')
    expect((await prompts())[1]).not.toMatch(/Zwetschge|workstations/)
    expect(answer.split('\n')[0]).toMatch(/does not show it to you\. I no longer have 1 earlier message/)
  })
})
