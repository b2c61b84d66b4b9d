// The path of a route with something in the place of its parameters: what is checked by its form gets that form.

import { all } from '../../functions/apps/all.ts'
import type { HttpDefinition } from '../../shared/triggers/http.ts'

/** The organization in the path of what operators do. */
export const sampleTenantId = 'sample-organization'

const samples: Readonly<Record<string, string>> = {
  source: 'repository',
  date: '2026-01-15',
  docType: 'architecture',
  conversationId: '0-00000000-0000-0000-0000-000000000000',
  keyId: 'sampleSample',
  tier: 'ai-pro',
  tenantId: sampleTenantId,
}
const sampleOf = (name: string): string => samples[name] ?? 'sample'

/** Of routes that nobody can ask without them. */
const neededQueries: Readonly<Record<string, string>> = { 'ai/live-assistance': 'callId=sample' }

/** Of a query form: with a query that has something in the place of its ids. */
export const samplePathOf = ({ route, pathForm }: Pick<HttpDefinition, 'route' | 'pathForm'>): string => {
  const path = `/api/${route.replaceAll(/\{([^}]+)\}/g, (_, name: string) => sampleOf(name))}`
  const other = all.definitions.find(({ name }) => name === pathForm)
  const needed = neededQueries[route]
  if (other?.kind !== 'http') return needed === undefined ? path : `${path}?${needed}`
  const ids = [...other.route.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, sampleOf(name)])
  return `${path}?${new URLSearchParams(ids as [string, string][]).toString()}`
}
