// A technician of a new organization who hands in migration recommendations, the organization's PSA, and the store behind the functions.
import { randomUUID } from 'node:crypto'
import { clientMappingTable } from '../../../../functions/code/clients/client-mapping.ts'
import {
  Accepted,
  Project as ShownProject,
  Projects as ProjectPage,
} from '../../../../functions/code/projects/contract.ts'
import type { Recommendation } from '../../../../functions/code/projects/recommendation.ts'
import type { Stack } from '../../../../local/stack.ts'
import { clientTable } from '../../../../shared/clients/client-directory.ts'
import { type Store, createStore } from '../../../../shared/store/store.ts'
import { type Client, identity, signIn } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { newRepository } from '../../../support/findings.ts'
import { type PsaControl, psaControl } from '../../../support/psa-control.ts'

/** A new one, unless the test says otherwise. */
export const recommendation = (given: Partial<Recommendation> = {}): Recommendation => {
  const name = randomUUID()
  return {
    recommendationId: `recommendation-${name}`,
    title: `Leave the old framework ${name}`,
    summary: `Why ${name} should be left, in words.`,
    repository: newRepository(name),
    steps: [
      { title: 'Write down what it does', description: 'Every endpoint and every job.', effortHours: 4.25 },
      { title: 'Move the endpoints', effortHours: 16 },
      { title: 'Switch the old one off' },
    ],
    effortHours: 24.5,
    url: `https://code.example/recommendations/${name}`,
    createdAt: '2026-03-01T08:00:00Z',
    ...given,
  }
}

export type Projecting = {
  readonly tenantId: string
  readonly client: Client
  readonly psa: PsaControl
  readonly store: Store
  readonly post: (body: unknown) => Promise<Response>
  /** Throws unless it is accepted. @returns its id */
  readonly request: (recommendation: Recommendation) => Promise<string>
  readonly read: (id: string) => Promise<Project>
  readonly cancel: (id: string) => Promise<Response>
  readonly list: (query?: Readonly<Record<string, string>>) => Promise<Projects>
  /** The project once `holds`, within a minute. */
  readonly until: (id: string, holds: (project: Project) => boolean) => Promise<Project>
  readonly finished: (id: string) => Promise<Project>
  /** Maps the repository's organization to a client whose company PSA need not know. */
  readonly mapClient: (
    organizationId: string,
    client: { readonly name: string; readonly psaCompanyId?: string },
  ) => Promise<void>
}
type Project = ReturnType<typeof ShownProject.parse>
type Projects = ReturnType<typeof ProjectPage.parse>

export const startProjecting = async (
  { urls, settings }: Pick<Stack, 'urls' | 'settings'>,
  { role = 'member', ...given }: { readonly role?: 'member' | 'viewer'; readonly tenantId?: string } = {},
): Promise<Projecting> => {
  const who = identity({ role, ...given })
  const client = await signIn(urls, who)
  const { tenantId } = who
  const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
  const post = (body: unknown): Promise<Response> => client.send('POST', '/api/code/projects', body)
  const read = async (id: string): Promise<Project> =>
    ShownProject.parse(await answerOf(await client.fetch(`/api/code/projects/${id}`), 200))
  const until = (id: string, holds: (project: Project) => boolean): Promise<Project> =>
    eventually(() => read(id), holds, 60_000)
  return {
    tenantId,
    client,
    psa: psaControl(urls.psa, tenantId),
    store,
    post,
    request: async (body) => Accepted.parse(await answerOf(await post(body), 202, 200)).id,
    read,
    cancel: (id) => client.fetch(`/api/code/projects/${id}/cancel`, { method: 'POST' }),
    list: async (query = {}) => {
      const response = await client.fetch(`/api/code/projects?${new URLSearchParams(query).toString()}`)
      return ProjectPage.parse(await answerOf(response, 200))
    },
    until,
    finished: (id) => until(id, ({ finishedAt }) => finishedAt !== undefined),
    mapClient: async (organizationId, { name, psaCompanyId }) => {
      const clientId = `client-${name}`
      await store
        .open(clientTable)
        .client.upsert({ tenantId, clientId, name, ...(psaCompanyId !== undefined && { psaCompanyId }) })
      await store
        .open(clientMappingTable)
        .mapping.upsert({ tenantId, clientId, source: 'organization', sourceId: organizationId })
    },
  }
}

const answerOf = async (response: Response, ...statuses: readonly number[]): Promise<unknown> => {
  if (!statuses.includes(response.status))
    throw new Error(`The functions answered ${response.status}: ${await response.text()}`)
  return response.json()
}
