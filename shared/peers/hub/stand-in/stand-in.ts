// Stand-in of The One Hub: signs in people and hands them over to a product with a product token (HUB-1, HUB-2), answers for the
// directory of organizations and users, publishes how it changes, and keeps the usage that is billed.
import { requireSettings } from '../../../../local/local-settings.ts'
import { publisherKeys } from '../../../../local/stand-ins/publisher-keys.ts'
import type { Settings, StandInOptions } from '../../../../local/stand-ins/stand-ins.ts'
import { loginPath } from '../contract.ts'
import { hubContract } from '../operations.ts'
import { answerThroughFault, createFaults } from '../../../../local/stand-ins/faults.ts'
import { type Answer, noSuchRoute } from '../../../../local/stand-ins/http-exchange.ts'
import { HubBillingChange, createHubBilling } from './billing.ts'
import { hubBillingAnswers } from './billing-answers.ts'
import { createHubControl } from './control.ts'
import { createHubDirectory } from './directory.ts'
import { originOf } from './events.ts'
import { type ProductAccess, createHubLogin, createHubSessions } from './login.ts'
import { homePage, refusalPage } from './pages.ts'
import { type BusAccess, createHubPublisher } from './publisher.ts'
import { hubDirectoryAnswers } from './directory-answers.ts'
import { HubChange } from './state.ts'
import type { HubProduct } from './tokens.ts'
import { keyControl, operationNames } from '../../../../local/stand-ins/key-registration.ts'
import { openKeyRegistry } from '../../../../local/stand-ins/key-registry.ts'
import { openJournalIn } from '../../../../local/stand-ins/journal.ts'
import { answerKeyed } from '../../../../local/stand-ins/keyed-contract.ts'
import { createRequestCounts } from '../../../../local/stand-ins/request-counts.ts'
import { type Exchange, type RunningStandIn, startStandIn } from '../../../../local/stand-ins/stand-in.ts'

export type HubOptions = {
  /** 0 takes any free port. */
  readonly port: number
  /** `iss` of the tokens; without it the address at which the stand-in listens. */
  readonly issuer?: string
  readonly products: Readonly<Record<HubProduct, ProductAccess>>
  /** Integration keys that directory and billing accept, for every organization. Without one they refuse everybody. */
  readonly keys?: readonly string[]
  /** Credentials with which keys may be registered. */
  readonly registrationKeys?: readonly string[]
  /** Where changes of organizations and users, and usage, are kept; without it they are gone when the process ends. */
  readonly dataFolder?: string
  /** Where changes and sign-ins are published; without it they are not. */
  readonly bus?: BusAccess
}

const loginOperation = 'login'

export type RunningHub = RunningStandIn

export const startHub = async (options: HubOptions): Promise<RunningHub> => {
  const { port, issuer, products, keys = [], registrationKeys = [], dataFolder, bus } = options
  const { journal, entries } = openJournalIn(dataFolder, 'hub.jsonl', HubChange)
  const registry = openKeyRegistry({ name: 'hub', keys, registrationKeys, dataFolder })
  const directory = createHubDirectory(journal, entries)
  const ledger = openJournalIn(dataFolder, 'hub-billing.jsonl', HubBillingChange)
  const billing = createHubBilling(ledger.journal, ledger.entries)
  const publisher = createHubPublisher(bus)
  const shared = { directory, sessions: createHubSessions(), issuer: (): string => issuer ?? running.url }
  // Not counted: a sign-in is no operation of the contract.
  const faults = createFaults([...operationNames(hubContract), loginOperation])
  const parts = { ...shared, billing, publisher, faults, counts: createRequestCounts() }
  const contract = answerKeyed({
    ...parts,
    contract: hubContract,
    answers: { ...hubDirectoryAnswers(directory), ...hubBillingAnswers(parts) },
    registry,
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
    return answerThroughFault(parts.faults.take(loginOperation, tenantId), response, () => {
      // Nobody waits for the bus to be let in. `publish` never rejects.
      if (event) void publisher.publish([[event]])
      return page
    })
  }

  const running = await startStandIn({
    name: 'Hub',
    port,
    portSetting: 'LOCAL_HUB_PORT',
    control: [
      ...createHubControl({ ...parts, secretOf: (product) => products[product].secret }),
      ...keyControl(registry),
    ],
    answer,
    close: async () => {
      await publisher.close()
      journal.close()
      registry.close()
      ledger.journal.close()
    },
  })
  return running
}

/** As the local stack starts it, with the settings of the suite. */
export const start = async ({
  settings,
  ...options
}: StandInOptions & { readonly settings: Settings }): Promise<RunningHub> => {
  const given = requireSettings(settings, [
    'BUS_API_URL',
    'CODE_PUBLIC_URL',
    'PORTAL_SSO_SECRET',
    'AI_PUBLIC_URL',
    'AI_SSO_SECRET',
  ])
  const issuer = settings['HUB_URL']
  return startHub({
    ...options,
    ...(issuer && { issuer: withoutSlash(issuer) }),
    bus: { url: withoutSlash(given.BUS_API_URL), key: publisherKeys.hub },
    products: {
      code: { publicUrl: withoutSlash(given.CODE_PUBLIC_URL), secret: given.PORTAL_SSO_SECRET },
      ai: { publicUrl: withoutSlash(given.AI_PUBLIC_URL), secret: given.AI_SSO_SECRET },
    },
  })
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '')
