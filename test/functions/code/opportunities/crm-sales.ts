// People of new organizations who make opportunities: the functions in this process, and behind them a CRM that nobody else uses.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import * as clients from '../../../../functions/code/clients/endpoints.ts'
import { OpenedOpportunity, type SignificantFinding } from '../../../../functions/code/opportunities/contract.ts'
import * as endpoints from '../../../../functions/code/opportunities/endpoints.ts'
import { LinkedOpportunity } from '../../../../functions/code/opportunities/linked-opportunity.ts'
import * as settings from '../../../../functions/code/settings/endpoints.ts'
import { start as startCrm } from '../../../../shared/peers/crm/stand-in/stand-in.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { createCrmClient } from '../../../../shared/peers/crm/client.ts'
import { type Services, createServices } from '../../../../shared/services.ts'
import type { Store } from '../../../../shared/store/store.ts'
import type { Urls } from '../../../support/browser-client.ts'
import { type CrmControl, crmControl } from '../../../support/crm-control.ts'
import { newRepository } from '../../../support/findings.ts'
import { type Person, servedCode } from '../served-code.ts'

const key = 'local-only-crm-test-key'
const definitions = [...Object.values(endpoints), ...Object.values(clients), ...Object.values(settings)]

const OpportunityList = z.strictObject({
  opportunities: z.array(LinkedOpportunity),
  crmAvailable: z.boolean(),
  nextCursor: z.string().optional(),
})
type OpportunityList = z.infer<typeof OpportunityList>

export type Seller = Person & {
  readonly crm: CrmControl
  readonly store: Store
  readonly post: (body: unknown) => Promise<Response>
  /** Throws unless it has an opportunity then. */
  readonly open: (finding: SignificantFinding) => Promise<{
    readonly status: number
    readonly opportunity: LinkedOpportunity
    readonly outcome: string
    readonly ignored: readonly string[]
  }>
  readonly list: (query?: Readonly<Record<string, string>>) => Promise<OpportunityList>
  /** Creates the client, and maps the repository to it. */
  readonly mapClient: (
    repository: SignificantFinding['repository'],
    client: { readonly clientId: string; readonly name: string; readonly crmCompanyId?: string },
  ) => Promise<void>
  /** Of the organization, or of one client of it. */
  readonly setRate: (amountMinor: number, currency: string, clientId?: string) => Promise<void>
}

export type Sales = {
  readonly services: Services
  readonly crmUrl: string
  /** What the functions have logged. */
  readonly lines: readonly string[]
  /** Without credentials, unless the headers have them. */
  readonly send: ReturnType<typeof servedCode>['send']
  /** An admin of a new organization. */
  readonly seller: (patience?: 'usual' | 'short') => Promise<Seller>
  readonly person: (role: 'member' | 'viewer', tenant: { readonly tenantId: string }) => Promise<Person>
  readonly close: () => Promise<void>
}

/** @param given settings with the storage that is to be used */
export const startSales = async (urls: Urls, given: Readonly<Record<string, string>>): Promise<Sales> => {
  const standIn = await startCrm({ port: 0, keys: [key] })
  const services = createServices(loadConfig({ ...given, CRM_API_URL: standIn.url, CRM_SERVICE_KEY: key }))
  const usual = servedCode(definitions, services)
  const short = servedCode(definitions, { ...services, ...impatient(services, standIn.url) })
  return {
    services,
    crmUrl: standIn.url,
    lines: usual.lines,
    send: usual.send,
    seller: async (patience = 'usual') => {
      const person = await (patience === 'usual' ? usual : short).signIn(urls, 'admin')
      return sellerOf(person, crmControl(standIn.url, person.tenantId), services.store())
    },
    person: (role, tenant) => usual.signIn(urls, role, tenant),
    close: () => standIn.close(),
  }
}

/** Soon tired of a CRM that does not answer. */
const impatient = ({ forReading }: Services, baseUrl: string): Pick<Services, 'crm' | 'forReading'> => {
  const client = createCrmClient({
    baseUrl,
    key: () => key,
    timeouts: { attemptMs: 300, deadlineMs: 1_000 },
    retries: { max: 0 },
  })
  const crm = async () => client
  return { crm, forReading: { ...forReading, crm } }
}

const sellerOf = (person: Person, crm: CrmControl, store: Store): Seller => {
  const done = async (method: string, path: string, body: unknown): Promise<unknown> => {
    const [status, answer] = await person.ask(method, path, body)
    if (status !== 200 && status !== 201) throw new Error(`${method} ${path} answered ${status}.`)
    return answer
  }
  const post = (body: unknown): Promise<Response> => person.send('POST', 'code/opportunities', body)
  return {
    ...person,
    crm,
    store,
    post,
    open: async (finding) => {
      const response = await post(finding)
      const text = await response.text()
      if (![200, 201].includes(response.status)) throw new Error(`It answered ${response.status}: ${text}`)
      const { outcome, ignored } = OpenedOpportunity.parse(JSON.parse(text))
      return { status: response.status, opportunity: LinkedOpportunity.parse(JSON.parse(text)), outcome, ignored }
    },
    list: async (query = {}) => {
      const [status, body] = await person.ask('GET', `code/opportunities?${new URLSearchParams(query).toString()}`)
      if (status !== 200) throw new Error(`The list answered ${status}.`)
      return OpportunityList.parse(body)
    },
    mapClient: async ({ id }, { clientId, ...client }) => {
      await done('PUT', `code/clients/${clientId}`, client)
      await done('PUT', `code/client-mappings/repository/${id}`, { clientId })
    },
    setRate: async (amountMinor, currency, clientId) => {
      const path = clientId === undefined ? 'code/settings' : `code/settings/clients/${clientId}`
      const { revision } = (await done('GET', path, undefined)) as { revision: string | null }
      await done('PUT', path, { revision, settings: { hourlyRate: { amountMinor, currency } } })
    },
  }
}

/** A new finding unless the test says what it shares with another. */
export const migration = (given: Partial<SignificantFinding> = {}): SignificantFinding => ({
  findingId: `finding-${randomUUID()}`,
  type: 'migration_recommendation',
  title: 'Move the billing service off .NET Framework 4.6',
  summary: 'The framework gets no fixes any more.\n\nThe service has 14 projects that need work.',
  repository: newRepository(),
  effortHours: 120.5,
  url: 'https://code.example/findings/7',
  detectedAt: '2026-03-01T08:00:00Z',
  ...given,
})
