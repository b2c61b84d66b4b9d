// Studies as they are asked for, one of each kind, and the repository that they are of.
import { randomUUID } from 'node:crypto'
import type { Study } from '../../../../functions/code/studies/study.ts'
import { sourceTable } from '../../../../functions/code/sources/source-table.ts'
import type { Store } from '../../../../shared/store/store.ts'

export const repository = { id: 'repo-1', name: 'northwind/billing', organizationId: 'org-1' }

const sources = [
  {
    id: 'orders.sql',
    title: 'Schema',
    url: 'https://git.example/orders.sql',
    text: 'Orders are kept in the table orders. Each has one customer.',
  },
  { id: 'src/app.ts', text: 'The application listens on port 8080. It reads the table orders.' },
]

const about = { repository, languages: ['SQL'], description: 'Bills customers.' }

export const studies = {
  documentation: { kind: 'documentation', documents: ['database', 'data_flow'], ...about, sources },
  'debt-analysis': {
    kind: 'debt-analysis',
    findings: [{ sourceId: 'src/app.ts', kind: 'tests', title: 'No tests', severity: 'high' }],
    ...about,
    sources,
  },
  'migration-paths': { kind: 'migration-paths', goal: 'Azure', constraints: ['No downtime'], ...about, sources },
  'regulatory-classification': { kind: 'regulatory-classification', countries: ['DE'], ...about, sources },
  'critical-files': {
    kind: 'critical-files',
    files: [{ path: 'src/app.ts', changes: 12, authors: 1, dependents: 3 }],
    ...about,
  },
  'review-narrative': { kind: 'review-narrative', reader: 'client', ...about, sources },
} as const satisfies { readonly [Kind in Study['kind']]: object }

/** What of it the gateway is told. */
export const askedRepository = { name: 'northwind/billing', languages: ['SQL'], description: 'Bills customers.' }
export const askedSources = sources

/** Makes the repository known, in a connected organization. */
export const knowRepository = async (store: Store, tenantId: string): Promise<void> => {
  const rows = store.open(sourceTable)
  const at = '2026-03-01T08:00:00.000Z'
  await rows.organization.upsert({
    tenantId,
    orgId: repository.organizationId,
    provider: 'github',
    orgLogin: 'northwind',
    repoCount: 1,
    isConnected: true,
    connectedAt: at,
    activeRepositories: 0,
    connectedDays: [],
  })
  await rows.repository.upsert({
    tenantId,
    orgId: repository.organizationId,
    repositoryId: repository.id,
    name: repository.name,
    discoveredAt: at,
    seenAt: at,
    isArchived: false,
    activeDays: [],
    left: [],
  })
}

/** Another one than any before: the same words are the same study. */
export const another = <Of extends { readonly description: string }>(study: Of): Of => ({
  ...study,
  description: `Bills customers ${randomUUID()}.`,
})
