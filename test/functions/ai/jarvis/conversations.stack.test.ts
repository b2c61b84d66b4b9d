// Jarvis over HTTP, without a model: what is quoted, what is kept and for whom.
import { describe, expect, inject, it } from 'vitest'
import type { Message } from '../../../../functions/ai/jarvis/contract.ts'
import { type Client, identity, newTenantId, signIn } from '../../../support/browser-client.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { storedText } from '../../../support/stored-text.ts'
import { device, invoice, recordsOf } from './records.ts'

const { urls, settings } = inject('stack')
const path = '/api/ai/jarvis/conversations'

type Kept = { readonly id: string; readonly title: string; readonly messages: readonly Message[] }
const read = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T

const newPerson = async (tenantId = newTenantId()) => {
  const who = identity({ tenantId, product: 'ai', role: 'member' })
  await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-pro', products: ['hub', 'ai', 'psa'] })
  const records = recordsOf(urls, tenantId)
  await records.put()
  for (const product of ['rmm', 'books'] as const) await records.allow(product, who.userId)
  return { who, records, client: await signIn(urls, who) }
}

const begin = async (client: Client, context: readonly object[]): Promise<string> =>
  (await read<Kept>(client.send('POST', path, { context }))).id
const ask = (client: Client, id: string, body: object): Promise<Message> =>
  read<Message>(client.send('POST', `${path}/${id}/messages`, body))

describe('an answer of Jarvis without a model', () => {
  it('quotes the facts of the records, cites them, and says what it is', async () => {
    const { client } = await newPerson()
    const id = await begin(client, [device, invoice])
    const message = await ask(client, id, { text: 'Which patches are missing on the server?' })
    expect(message).toMatchObject({
      model: 'embedded',
      label: expect.stringContaining('without a language model') as string,
      context: [
        { ...device, outcome: 'read', isCut: false },
        { ...invoice, outcome: 'read', isCut: false },
      ],
    })
    expect(message.answer).toContain('KB5062553')
    const cited = message.citations.find(({ text }) => text.includes('KB5062553'))
    expect(cited).toMatchObject({ source: device, title: expect.stringContaining('fin-srv-02') as string })
    expect(cited?.url).toMatch(/^http/)
  })

  it('comes as events, which together are what is kept', async () => {
    const { client } = await newPerson()
    const id = await begin(client, [device])
    const response = await client.send(
      'POST',
      `${path}/${id}/messages`,
      { text: 'Is the server online?' },
      { accept: 'text/event-stream' },
    )
    expect(Number(response.headers.get('x-ratelimit-remaining-requests'))).toBeGreaterThan(0)
    const events = [...(await response.text()).matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(
      ([, event = '', data = '']) => [event, JSON.parse(data) as Record<string, unknown>] as const,
    )
    const text = events.flatMap(([event, data]) => (event === 'text' ? [String(data['text'])] : [])).join('')
    const { messages, title } = await read<Kept>(client.fetch(`${path}/${id}`))
    expect(events.at(-1)).toEqual(['done', messages[0]])
    expect([messages[0]?.answer, title]).toEqual([text, 'Is the server online?'])
  })

  it('says in its first line what the person may not see, and tells nothing of it', async () => {
    const { client, records, who } = await newPerson()
    await records.allow('books', who.userId, false)
    const id = await begin(client, [device, invoice, { ...device, id: 'device-9999' }])
    const { answer, context, citations } = await ask(client, id, { text: 'What does the invoice 2026-0117 say?' })
    const [line] = answer.split('\n')
    expect(line).toContain('invoice-0117: its product does not show it to you.')
    expect(line).toContain('device-9999: there is no such record.')
    expect(context.map(({ outcome }) => outcome)).toEqual(['read', 'not-allowed', 'not-found'])
    expect(JSON.stringify([answer, citations])).not.toMatch(/workstations|4,284|\b428\b/)
  })

  it('asks no model when nothing could be read', async () => {
    const { client, records, who } = await newPerson()
    await records.allow('rmm', who.userId, false)
    const id = await begin(client, [device])
    const message = await ask(client, id, { text: 'Is it online?' })
    expect(message).not.toHaveProperty('callId')
    expect(message).toMatchObject({
      model: 'rules',
      answer: expect.stringMatching(/^I could not read the RMM device device-0042: [^\n]*$/) as string,
    })
  })

  it('says how much it has of a record that is longer than it can read', async () => {
    const { client, records } = await newPerson()
    const missing = Array.from({ length: 190 }, (_, index) => ({
      title: `KB${index} ${'a very long name of an update '.repeat(4)}`,
      severity: 'low',
    }))
    const patches = { status: 'missing', checkedAt: new Date().toISOString(), needsRestart: true, missing }
    await records.put({ patches })
    const { answer, context } = await ask(client, await begin(client, [device]), { text: 'Which updates are missing?' })
    expect(answer.split('\n')[0]).toMatch(/is longer than I can read at once: I have its first \d+ facts\.$/)
    expect(context).toMatchObject([{ isCut: true }])
  })
})

describe('a conversation with Jarvis', () => {
  it('is the person’s own: listed, shown and deleted for nobody else', async () => {
    const { client, who } = await newPerson()
    const id = await begin(client, [device])
    await ask(client, id, { text: 'Is it online?' })
    const colleague = await signIn(urls, identity({ ...who, userId: `${who.userId}-2` }))
    const stranger = (await newPerson()).client
    for (const other of [colleague, stranger]) {
      expect((await other.fetch(`${path}/${id}`)).status).toBe(404)
      expect((await other.send('POST', `${path}/${id}/messages`, { text: 'And?' })).status).toBe(404)
      expect((await other.fetch(`${path}/${id}`, { method: 'DELETE' })).status).toBe(204)
      expect(await read(other.fetch(path))).toEqual({ conversations: [] })
    }
    expect(await read(client.fetch(path))).toMatchObject({ conversations: [{ id, title: 'Is it online?' }] })
    expect((await client.fetch(`${path}/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await client.fetch(`${path}/${id}`)).status).toBe(404)
    expect((await client.fetch(`${path}/${id}`, { method: 'DELETE' })).status).toBe(204)
    const stored = (await storedText(settings['DATA_STORAGE'] ?? '')).split('\n')
    expect(stored.filter((row) => row.startsWith('["jarvisConversations"') && row.includes(id))).toEqual([])
  })

  it('says when it begins which records the person does not see, and names no record twice', async () => {
    const { client, records, who } = await newPerson()
    await records.allow('books', who.userId, false)
    const unknown = { ...device, id: 'device-9999' }
    const begun = await client.send('POST', path, { context: [device, invoice, unknown] })
    expect(await begun.json()).toMatchObject({
      unread: [
        { ...invoice, reason: 'not-allowed' },
        { ...unknown, reason: 'not-found' },
      ],
    })
    const twice = await client.send('POST', path, { context: [device, invoice, device] })
    expect([twice.status, await twice.json()]).toMatchObject([400, { errors: [{ path: 'body.context.2' }] }])
  })

  it('lists the newest first, page by page', async () => {
    const { client } = await newPerson()
    const ids = [await begin(client, []), await begin(client, []), await begin(client, [])]
    type Page = { readonly conversations: readonly Kept[]; readonly nextCursor?: string }
    const first = await read<Page>(client.fetch(`${path}?limit=2`))
    const second = await read<Page>(
      client.fetch(`${path}?limit=2&cursor=${encodeURIComponent(first.nextCursor ?? '')}`),
    )
    expect([...first.conversations, ...second.conversations].map(({ id }) => id)).toEqual(ids.toReversed())
  })

  it('is stored without a word of it that could be read, and without secrets', async () => {
    const { client } = await newPerson()
    const id = await begin(client, [device])
    const { text } = await ask(client, id, { text: 'Zwetschgenkuchen? The key is AKIAIOSFODNN7EXAMPLE.' })
    expect(text).toContain('Zwetschgenkuchen')
    expect(text).not.toContain('AKIAIOSFODNN7EXAMPLE')
    const stored = await storedText(settings['DATA_STORAGE'] ?? '')
    expect(stored).toContain(id)
    expect(stored).not.toMatch(/Zwetschgenkuchen|KB5062553/)
  })

  it('gives the answer that is kept when a message comes again, and adds none', async () => {
    const { client } = await newPerson()
    const id = await begin(client, [device])
    const question = { text: 'Is it online?', messageId: 'mine-1' }
    const first = await ask(client, id, question)
    expect(await ask(client, id, question)).toEqual(first)
    expect((await read<Kept>(client.fetch(`${path}/${id}`))).messages).toHaveLength(1)
  })

  it('keeps every message when several are asked at once', async () => {
    const { client } = await newPerson()
    const id = await begin(client, [device])
    const questions = ['Is it online?', 'Who used it last?', 'How much memory has it?']
    await Promise.all(questions.map((text) => ask(client, id, { text })))
    const { messages } = await read<Kept>(client.fetch(`${path}/${id}`))
    expect(messages.map(({ text }) => text).toSorted()).toEqual(questions.toSorted())
  })

  it('takes more records with a message, eight in all', async () => {
    const { client } = await newPerson()
    const id = await begin(client, [device])
    const { context } = await ask(client, id, { text: 'Is the invoice paid?', context: [invoice, device] })
    expect(context).toHaveLength(2)
    // From then on it is about them.
    const next = await ask(client, id, { text: 'And who has to pay it?' })
    expect(next.context.map((source) => source.id)).toEqual([device.id, invoice.id])
    const more = Array.from({ length: 8 }, (_, index) => ({ ...device, id: `d-${index}` }))
    expect((await client.send('POST', `${path}/${id}/messages`, { text: 'And?', context: more })).status).toBe(400)
  })
})

describe('the export of a conversation', () => {
  it('has all that was said and what it rests on, as JSON Lines and as Markdown', async () => {
    const { client } = await newPerson()
    const id = await begin(client, [device])
    const message = await ask(client, id, { text: 'Which patches are missing?\n# Not a heading' })
    const [lines, markdown] = await Promise.all(
      ['jsonl', 'md'].map((extension) => client.fetch(`${path}/${id}/export.${extension}`)),
    )
    expect(lines?.headers.get('content-type')).toMatch(/^application\/jsonl/)
    expect(
      (await lines?.text())
        ?.trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual([
      expect.objectContaining({ kind: 'conversation', id, context: [device] }),
      { kind: 'message', ...message },
    ])
    expect(markdown?.headers.get('content-disposition')).toBe('attachment; filename="jarvis-conversation.md"')
    const text = (await markdown?.text()) ?? ''
    expect(text).toContain('\n\n    Which patches are missing?\n    # Not a heading\n\n')
    expect(text).toContain(message.answer)
    expect(text).toContain(message.citations[0]?.id)
  })

  it('is for the person alone, whoever asks', async () => {
    const tenantId = newTenantId()
    const { client } = await newPerson(tenantId)
    const id = await begin(client, [device])
    const colleague = await newPerson(tenantId)
    const admin = await signIn(urls, identity({ tenantId, product: 'ai', role: 'admin' }))
    for (const other of [colleague.client, admin])
      for (const extension of ['jsonl', 'md'])
        expect((await other.fetch(`${path}/${id}/export.${extension}`)).status).toBe(404)
  })
})
