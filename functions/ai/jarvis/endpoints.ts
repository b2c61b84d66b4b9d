// Jarvis over HTTP. A conversation belongs to the person who began it, and to nobody else.
import { sealedRows } from '../../../shared/secrets/wrapping-key-name.ts'
import { session } from '../../../shared/auth/caller.ts'
import { callErrors } from '../../../shared/features/call-errors.ts'
import { type HttpDefinition, http, noBody, textOf } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const kept = () => import('./conversations.ts')

const callers = [session('ai', { atLeast: 'viewer' })] as const
const needs = ['DATA_STORAGE'] as const
const storeErrors = ['storage-unavailable', 'vault-unavailable'] as const
const one = 'ai/jarvis/conversations/{conversationId}'

const begin = http({
  name: 'ai-begin-jarvis-conversation',
  method: 'POST',
  route: 'ai/jarvis/conversations',
  summary: 'Begins a conversation with Jarvis about records of the products, or about none',
  callers,
  needs,
  uses: sealedRows,
  contract,
  body: 'ConversationDraft',
  returns: { 201: 'BegunConversation' },
  errors: storeErrors,
  audit: 'ai.asked',
  idempotencyKey: 'refused',
  handler: async ({ body, caller, tenantId, services }) => {
    const [{ beginConversation }, { readRecords }] = await Promise.all([kept(), import('./record-reads.ts')])
    const person = { tenantId, userId: caller.userId }
    const asked = { references: body.context, operation: 'ai-begin-jarvis-conversation' }
    const reads = await readRecords(services, person, asked)
    const unread = reads.flatMap((read) => (read.kind === 'refused' ? [{ ...read.source, reason: read.reason }] : []))
    return { status: 201, body: { ...(await beginConversation(services, person, body.context)), unread } }
  },
})

const list = http({
  name: 'ai-list-jarvis-conversations',
  method: 'GET',
  route: 'ai/jarvis/conversations',
  summary: 'Lists your conversations with Jarvis, the newest first',
  callers,
  needs,
  uses: sealedRows,
  contract,
  query: 'ConversationQuery',
  returns: { 200: 'Conversations' },
  errors: storeErrors,
  handler: async ({ query, caller, tenantId, services }) => {
    const { listConversations } = await kept()
    return { status: 200, body: await listConversations(services, { tenantId, userId: caller.userId }, query) }
  },
})

const read = http({
  name: 'ai-read-jarvis-conversation',
  method: 'GET',
  route: one,
  summary: 'Shows one of your conversations with Jarvis, with its messages',
  callers,
  needs,
  uses: sealedRows,
  contract,
  params: 'ConversationPath',
  returns: { 200: 'Conversation' },
  errors: ['not-found', ...storeErrors],
  handler: async ({ params, caller, tenantId, services }) => {
    const { readConversation } = await kept()
    return { status: 200, body: await readConversation(services, { tenantId, userId: caller.userId, ...params }) }
  },
})

const exportAs = (extension: 'jsonl' | 'md', mediaType: string): HttpDefinition =>
  http({
    name: `ai-export-jarvis-conversation-${extension}`,
    method: 'GET',
    route: `${one}/export.${extension}`,
    summary: `Exports one of your conversations with Jarvis as ${extension === 'md' ? 'Markdown' : 'JSON Lines'}`,
    callers,
    needs,
    uses: sealedRows,
    contract,
    params: 'ConversationPath',
    returns: { 200: textOf(mediaType) },
    errors: ['not-found', ...storeErrors],
    audit: 'data.exported',
    handler: async ({ params, caller, tenantId, services }) => {
      const [{ readConversation }, { asJsonLines, asMarkdown }] = await Promise.all([
        kept(),
        import('./conversation-export.ts'),
      ])
      const conversation = await readConversation(services, { tenantId, userId: caller.userId, ...params })
      return {
        status: 200,
        body: (extension === 'md' ? asMarkdown : asJsonLines)(conversation),
        headers: { 'content-disposition': `attachment; filename="jarvis-conversation.${extension}"` },
      }
    },
  })

const remove = http({
  name: 'ai-delete-jarvis-conversation',
  method: 'DELETE',
  route: one,
  summary: 'Deletes one of your conversations with Jarvis for good. Deleting an unknown one succeeds',
  callers,
  needs,
  contract,
  params: 'ConversationPath',
  returns: { 204: noBody },
  errors: storeErrors,
  audit: 'data.deleted',
  handler: async ({ params, caller, tenantId, services }) => {
    const { deleteConversation } = await kept()
    await deleteConversation(services, { tenantId, userId: caller.userId, ...params })
    return { status: 204 }
  },
})

const ask = http({
  name: 'ai-ask-jarvis',
  method: 'POST',
  route: `${one}/messages`,
  summary: 'Asks Jarvis. Each record is read for you, and the answer names the facts that it rests on',
  callers,
  needs,
  uses: { ...sealedRows, models: true },
  contract,
  params: 'ConversationPath',
  body: 'MessageDraft',
  returns: { 200: 'Message' },
  events: { progress: 'Progress', text: 'Text', retract: 'Retract', done: 'Message' },
  errors: ['not-found', 'conflict', ...callErrors, 'answer-refused', 'model-declined', ...storeErrors],
  integration: 'suite→models',
  operation: 'answer as Jarvis',
  audit: 'ai.asked',
  idempotencyKey: 'refused',
  handler: async ({ params, body, caller, tenantId, services, signal, wantsEvents }) => {
    const [{ askJarvis }, { eventsReply, wholeReply }] = await Promise.all([
      import('./asking.ts'),
      import('../../../shared/features/replies.ts'),
    ])
    const { text, context = [], messageId } = body
    const asked = { tenantId, userId: caller.userId, ...params, text, context, messageId, signal }
    const work = askJarvis(services, asked)
    return wantsEvents ? eventsReply(work, signal) : wholeReply(work)
  },
})

export const jarvisEndpoints: readonly HttpDefinition[] = [
  begin,
  list,
  read,
  exportAs('jsonl', 'application/jsonl; charset=utf-8'),
  exportAs('md', 'text/markdown; charset=utf-8'),
  remove,
  ask,
]
