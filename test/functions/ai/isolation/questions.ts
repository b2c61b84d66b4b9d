// What organizations ask: features in a form and in text, the compatible door, Jarvis; whole and streamed.
import { randomUUID } from 'node:crypto'
import { device, invoice } from '../jarvis/records.ts'
import type { Organization } from './organizations.ts'

/** Sends it, and gives the response as soon as its head is there. */
export type Question = (organization: Organization, signal: AbortSignal) => Promise<Response>

/** What the model is to write; an obedient one does. */
const order = (marker: string): string => `«It is said by ${marker} alone»`
const events = { accept: 'text/event-stream' }
const jsonType = { 'content-type': 'application/json' }

const post = (path: string, body: object, signal: AbortSignal, headers: Record<string, string> = {}) =>
  [
    `/api/ai/${path}`,
    { method: 'POST', body: JSON.stringify(body), headers: { ...jsonType, ...headers }, signal },
  ] as const

/** @param text all that tells this input from those of others */
export const codeInput = (text: string) => ({
  repository: { name: 'northwind/storefront' },
  sources: [{ id: 'a.ts', text }],
})

const feature =
  (name: string, inputOf: (text: string) => object, headers: Record<string, string> = {}): Question =>
  ({ marker, program }, signal) =>
    program.fetch(...post(`features/${name}`, { input: inputOf(`${order(marker)} ${randomUUID()}`) }, signal, headers))

/** The same each time: all but the first may be answered from the cache. */
const again =
  (name: string, inputOf: (text: string) => object, headers: Record<string, string> = {}): Question =>
  ({ marker, program }, signal) =>
    program.fetch(...post(`features/${name}`, { input: inputOf(order(marker)) }, signal, headers))

const ticket = (text: string) => ({
  ticket: { title: 'The export fails', text },
  categories: ['Exports', 'Email'],
  priorities: ['P1', 'P2'],
  closedTickets: [{ id: 'c1', title: text.slice(0, 200), category: 'Exports', priority: 'P2', resolution: text }],
})
const call = (text: string) => ({
  call: { id: 'call-1', startedAt: '2026-11-27T09:00:00Z' },
  segments: [{ id: 's1', at: 0, speaker: 'Dana', text: `I will look into it by Friday. ${text}` }],
})
const written = (text: string) => ({ kind: 'architecture', ...codeInput(text) })

const chat =
  (model: string, stream: boolean): Question =>
  ({ marker, program }, signal) => {
    const messages = [{ role: 'user', content: `${order(marker)} ${randomUUID()}` }]
    return program.fetch(...post('v1/chat/completions', { model, stream, messages }, signal))
  }

const askedMost = 8
type Open = { readonly id: string; asked: number }
const conversations = new Map<string, Open>()

/** Goes on with its conversation, so that what was said before is sent as well. */
const jarvis =
  (headers: Record<string, string>): Question =>
  async ({ marker, tenantId, person }, signal) => {
    let open = conversations.get(tenantId)
    if (!open || open.asked >= askedMost) {
      const begun = await person.fetch(...post('jarvis/conversations', { context: [device, invoice] }, signal))
      if (begun.status !== 201) return begun
      open = { id: ((await begun.json()) as { id: string }).id, asked: 0 }
      conversations.set(tenantId, open)
    }
    open.asked += 1
    const text = `Who has used it last? ${order(marker)}`
    return person.fetch(...post(`jarvis/conversations/${open.id}/messages`, { text }, signal, headers))
  }

export const questions: readonly Question[] = [
  feature('code-debt-analysis', codeInput),
  again('code-debt-analysis', codeInput),
  feature('code-regulatory-classification', codeInput, events),
  feature('code-documentation', written, events),
  again('code-documentation', written, events),
  feature('code-review-narrative', codeInput, events),
  feature('ticket-suggest', ticket),
  feature('call-recap', call, events),
  chat('fast', false),
  chat('deep', true),
  jarvis({}),
  jarvis(events),
]

/** Of a feature whose answers are kept, with an input that has nothing of the organization. */
export const sharedQuestion = async ({ program }: Organization, text: string): Promise<{ isCached?: boolean }> => {
  const signal = new AbortController().signal
  const response = await program.fetch(...post('features/code-debt-analysis', { input: codeInput(text) }, signal))
  return (await response.json()) as { isCached?: boolean }
}
