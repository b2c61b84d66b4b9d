// A running call, a technician who may follow it, and a knowledge base, for tests.
import type { Services } from '../../../../shared/services.ts'
import type { AssistanceEvent } from '../../../../functions/ai/live-assistance/contract.ts'
import { assist } from '../../../../functions/ai/live-assistance/assisting.ts'
import type { Stack } from '../../../../local/stack.ts'
import { identity } from '../../../support/browser-client.ts'
import { call, startEvidencing } from '../../../support/evidence.ts'
import { createModelControl, newDeployment } from '../../../local/models/model-control.ts'
import { tell } from '../root-causes/searching.ts'

export const talk = [
  { seconds: 1, speaker: 'Luis Moreno', text: 'Outlook asks for the password again and again.' },
  { seconds: 8, speaker: 'Dana Okafor', text: 'Did you change your password yesterday?' },
  { seconds: 14, speaker: 'Luis Moreno', text: 'Yes, it was expired.' },
] as const
export const more = {
  seconds: 30,
  speaker: 'Luis Moreno',
  text: 'The printer on the second floor prints blank pages, too.',
}

const articles = [
  [
    'kb-outlook',
    'Outlook asks for the password',
    'After a new password Outlook keeps the old one. Remove the stored credentials and sign in again.',
  ],
  [
    'kb-printer',
    'Printer prints blank pages',
    'A printer that prints blank pages needs a new toner. Replace it and print a test page.',
  ],
  ['kb-vpn', 'VPN drops at home', 'Update the client of the VPN and restart the router.'],
] as const

type Running = Pick<Stack, 'urls' | 'settings'>

/** @param options.isEmbedded no model is set up */
export const startAssisting = async (
  stack: Running,
  { isEmbedded = false }: { readonly isEmbedded?: boolean } = {},
) => {
  const deployment = newDeployment()
  const models = createModelControl(stack.urls.models)
  const settings = {
    providers: { own: { wire: 'openai-chat', endpoint: `${stack.urls.models}/v1` } },
    classes: { fast: isEmbedded ? [] : [`own/${deployment}`] },
  }
  const who = identity({ role: 'member', product: 'ai' })
  const { tenantId, userId } = who
  const stage = await startEvidencing(stack, { tenantId, models: JSON.stringify(settings) })
  const readers = { readers: [{ userId, role: 'member', clientIds: null }] }
  const toPeer = (peer: 'psa' | 'voice', path: string, body: unknown): Promise<void> =>
    tell(stack, peer, path, tenantId, body)
  await Promise.all([toPeer('psa', 'readers', readers), toPeer('voice', 'readers', readers)])
  for (const [id, title, text] of articles)
    await toPeer('psa', `records/article/${id}`, {
      clientId: null,
      record: { title, text, updatedAt: '2026-11-01T08:00:00Z' },
    })
  const says = (id: string | undefined, lines: readonly (typeof more)[], changes: object = {}) =>
    stage.voice.put('call', call(lines, { state: 'in_progress', endedAt: null, ...changes }), null, id)
  return {
    ...stage,
    who,
    userId,
    deployment,
    models,
    toPeer,
    says,
    open: (
      callId: string,
      lastEventId?: string,
      changes: { readonly userId?: string; readonly services?: Services } = {},
    ) => {
      const caller = new AbortController()
      const asked = { tenantId, userId: changes.userId ?? userId, callId, signal: caller.signal, lastEventId }
      const events = assist(changes.services ?? stage.services, asked)
      return {
        leave: () => caller.abort(),
        /** All events until one of these, which is the last of them. */
        until: async (holds: (event: AssistanceEvent) => boolean): Promise<readonly AssistanceEvent[]> => {
          const seen: AssistanceEvent[] = []
          for (;;) {
            const { value, done } = await events.next()
            if (done) throw new Error(`The stream ended with ${JSON.stringify(seen)}`)
            seen.push(value)
            if (holds(value)) return seen
          }
        },
        close: async () => {
          caller.abort()
          await events.return()
        },
      }
    },
  }
}

export const repliesOf = (event: AssistanceEvent | undefined) => (event?.event === 'replies' ? event.data : undefined)

export const isOfModel = (event: AssistanceEvent): boolean => event.event === 'replies' && event.data.model !== 'rules'

export const suggestion = (text: string, ...evidence: readonly string[]): string =>
  JSON.stringify({ replies: [{ text, evidence }] })
