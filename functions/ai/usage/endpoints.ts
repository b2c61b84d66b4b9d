// AI usage: what the organization's calls of models have used, by day; and its limits, as operators set them.
import { operator, operatorSettings, session } from '../../../shared/auth/caller.ts'
import type { ExportFormat } from '../../../shared/http/row-export.ts'
import { type HttpDefinition, http, noBody, textOf } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const usageFile = () => import('./usage.ts')
const limitsFile = () => import('./limits.ts')

const people = [session('ai', { atLeast: 'viewer' })] as const
const operators = [operator('Operator.Billing')] as const
const needs = ['DATA_STORAGE'] as const
const operatorNeeds = [...needs, ...operatorSettings] as const

const readUsage = http({
  name: 'ai-read-usage',
  method: 'GET',
  route: 'ai/usage',
  summary:
    'What calls of models have used, by day, feature and model: admins see that of the organization, others their own',
  callers: people,
  needs,
  contract,
  query: 'UsageQuery',
  returns: { 200: 'Usage' },
  errors: ['forbidden', 'storage-unavailable'],
  handler: async ({ query, store, now, tenantId, caller }) => {
    const { showUsage } = await usageFile()
    return { status: 200, body: await showUsage({ store, now: now(), tenantId, caller, query }) }
  },
})

const exportUsage = (format: ExportFormat, mediaType: string): HttpDefinition =>
  http({
    name: `ai-export-usage-${format}`,
    contract,
    method: 'GET',
    route: `ai/usage/export.${format}`,
    summary: `The same as ${format === 'csv' ? 'CSV' : 'JSON Lines'}; the header Link leads to the next page`,
    callers: people,
    needs,
    query: 'UsageQuery',
    returns: { 200: textOf(mediaType) },
    errors: ['forbidden', 'storage-unavailable'],
    audit: 'data.exported',
    handler: async ({ query, store, now, tenantId, caller }) => {
      const { exportedUsage } = await usageFile()
      const { text, next } = await exportedUsage(format, { store, now: now(), tenantId, caller, query })
      return {
        status: 200,
        body: text,
        headers: {
          'content-disposition': `attachment; filename="ai-usage.${format}"`,
          ...(next !== undefined && { link: `<?${next}>; rel="next"` }),
        },
      }
    },
  })

const limitsRoute = 'ai/governance/platform/tenants/{tenantId}/ai-limits/{tier}'

const readLimits = http({
  name: 'ai-read-limits-as-operator',
  method: 'GET',
  route: limitsRoute,
  summary: 'What an organization may use on a tier of AI',
  callers: operators,
  needs: operatorNeeds,
  contract,
  params: 'LimitsPath',
  returns: { 200: 'Limits' },
  handler: async ({ tenantId, params: { tier }, store }) => ({
    status: 200,
    body: await (await limitsFile()).showLimits(store, tenantId, tier),
  }),
})

const putLimits = http({
  name: 'ai-put-limits-as-operator',
  method: 'PUT',
  route: limitsRoute,
  summary: 'Sets what an organization may use on a tier of AI. It holds within a minute, for what is not leased yet',
  callers: operators,
  needs: operatorNeeds,
  contract,
  params: 'LimitsPath',
  body: 'LimitsDraft',
  returns: { 200: 'Limits' },
  handler: async ({ tenantId, params: { tier }, body, actor, store, now }) => {
    const { setLimits, showLimits } = await limitsFile()
    await setLimits(store, { ...body, tenantId, tier, setAt: now().toISOString(), origin: actor })
    return { status: 200, body: await showLimits(store, tenantId, tier) }
  },
})

const deleteLimits = http({
  name: 'ai-delete-limits-as-operator',
  method: 'DELETE',
  route: limitsRoute,
  summary: 'Gives an organization the limits of its tier of AI again',
  callers: operators,
  needs: operatorNeeds,
  contract,
  params: 'LimitsPath',
  returns: { 204: noBody },
  handler: async ({ tenantId, params: { tier }, store }) => {
    await (await limitsFile()).clearLimits(store, tenantId, tier)
    return { status: 204 }
  },
})

export const usageEndpoints: readonly HttpDefinition[] = [
  readUsage,
  exportUsage('jsonl', 'application/jsonl; charset=utf-8'),
  exportUsage('csv', 'text/csv; charset=utf-8; header=present'),
  readLimits,
  putLimits,
  deleteLimits,
]
