// Stand-in of The One Hub: signs in people and hands them over to a product with a product token (HUB-1, HUB-2), answers for the
// directory of organizations and users, publishes how it changes, and keeps the usage that is billed.
import type { IncomingMessage } from 'node:http'
import { loginPath } from '../../shared/peers/hub/contract.ts'
import { hubContract } from '../../shared/peers/hub/operations.ts'
import { answerThroughFault, createFaults } from './faults.ts'
import { type Answer, noSuchRoute, problem } from './http-exchange.ts'
import { HubBillingChange, createHubBilling } from './hub-billing.ts'
import { hubBillingAnswers } from './hub-billing-routes.ts'
import { createHubControl } from './hub-control.ts'
import { createHubDirectory } from './hub-directory.ts'
import { originOf } from './hub-events.ts'
import { type ProductAccess, createHubLogin, createHubSessions } from './hub-login.ts'
import { homePage, refusalPage } from './hub-pages.ts'
import { type BusAccess, createHubPublisher } from './hub-publisher.ts'
import { hubDirectoryAnswers } from './hub-routes.ts'
import { HubChange } from './hub-state.ts'
import type { HubProduct } from './hub-tokens.ts'
import { openJournalIn } from './journal.ts'
import { answerKeyed } from './keyed-contract.ts'
import { createRequestCounts } from './request-counts.ts'
import { type Exchange, type RunningStandIn, startStandIn } from './stand-in.ts'

export type HubOptions = {
  /** 0 takes any free port. */
  readonly port: number
  /** `iss` of the tokens; without it the address at which the stand-in listens. */
  readonly issuer?: string
  readonly products: Readonly<Record<HubProduct, ProductAccess>>
  /** Integration keys that directory and billing accept, for every organization. Without one they refuse everybody. */
  readonly keys?: readonly string[]
  /** Where changes of organizations and users, and usage, are kept; without it they are gone when the process ends. */
  readonly dataFolder?: string
  /** Where changes and sign-ins are published; without it they are not. */
  readonly bus?: BusAccess
}

export type RunningHub = RunningStandIn

export const startHub = async (options: HubOptions): Promise<RunningHub> => {
  const { port, issuer, products, keys = [], dataFolder, bus } = options
  const { journal, entries } = openJournalIn(dataFolder, 'hub.jsonl', HubChange)
  const directory = createHubDirectory(journal, entries)
  const ledger = openJournalIn(dataFolder, 'hub-billing.jsonl', HubBillingChange)
  const billing = createHubBilling(ledger.journal, ledger.entries)
  const publisher = createHubPublisher(bus)
  const shared = { directory, sessions: createHubSessions(), issuer: (): string => issuer ?? running.url }
  const parts = { ...shared, billing, publisher, faults: createFaults(), counts: createRequestCounts() }
  const contract = answerKeyed({
    ...parts,
    contract: hubContract,
    answers: { ...hubDirectoryAnswers(directory), ...hubBillingAnswers(parts) },
    keys,
    page: () => undefined,
  })
  const login = createHubLogin({ ...shared, products })

  const answer = async (exchange: Exchange): Promise<Answer | undefined> => {
    const { request, response, method, pathname, query } = exchange
    if (pathname.startsWith('/v1/')) return contract(exchange)
    if (method !== 'GET') return noSuchRoute
    if (pathname === '/') return homePage({ code: products.code.publicUrl, ai: products.ai.publicUrl }, parts)
    if (pathname !== loginPath) return refusalPage(404, 'There is no such page', ['Hub begins at /.'])
    const { page, tenantId, event } = await login(query, originOf(request))
    // Not counted: a sign-in is no operation of the contract.
    return answerThroughFault(parts.faults.take('login', tenantId), response, () => {
      // Nobody waits for the bus to be let in. `publish` never rejects.
      if (event) void publisher.publish([[event]])
      return page
    })
  }

  const running = await startStandIn({
    name: 'Hub',
    port,
    portSetting: 'LOCAL_HUB_PORT',
    control: createHubControl({ ...parts, secretOf: (product) => products[product].secret }),
    refuse: refuseForeignHost,
    answer,
    close: async () => {
      await publisher.close()
      journal.close()
      ledger.journal.close()
    },
  })
  return running
}

/** Who hands out tokens must not be reached under a foreign name that someone points at this machine (DNS rebinding). */
const refuseForeignHost = ({ headers: { host = '' } }: IncomingMessage): Answer | undefined =>
  /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9-]+\.)*localhost)(?::\d+)?$/i.test(host)
    ? undefined
    : problem(421, 'This host name is not served', { detail: 'Use 127.0.0.1 or localhost.' })
