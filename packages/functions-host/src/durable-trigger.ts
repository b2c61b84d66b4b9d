// Durable Functions: orchestrator and activity triggers, the client binding, and the HTTP API by which the client works. Its engine is
// loaded, and storage touched, only when the app has such a function.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DurableOptions } from './durable/durable-options.ts'
import { durableOptions } from './durable/durable-options.ts'
import type { Engine } from './durable/engine.ts'
import { apiPath, clientBindingValue } from './durable/management-urls.ts'
import { bodyLimit } from './http-request.ts'
import { originForm } from './request-path.ts'
import type { HostServices, TriggerKind, TriggerListener } from './trigger-kind.ts'
import type { HostedFunction } from './hosted-function.ts'

const orchestrationTrigger = 'orchestrationTrigger'
const activityTrigger = 'activityTrigger'

const graceMs = 5_000

const connectionOf = ({ settings }: HostServices, { connectionName }: DurableOptions): string => {
  const value = settings[connectionName] || settings[`AzureWebJobs${connectionName}`]
  if (value) return value
  throw new Error(
    `Durable functions keep their state in tables: set ${connectionName} to the connection string of a storage account.`,
  )
}

type Functions = {
  readonly orchestrators: Map<string, HostedFunction>
  readonly activities: Map<string, HostedFunction>
}

const openEngine = async (services: HostServices, options: DurableOptions, functions: Functions): Promise<Engine> => {
  const [{ openTaskHub }, { createEngine }] = await Promise.all([
    import('./durable/task-hub.ts'),
    import('./durable/engine.ts'),
  ])
  // A name of its own: the extension's tables of the same hub have another layout.
  const table = `${options.hubName}LocalHost`
  const hub = await openTaskHub(connectionOf(services, options), table).catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error)
    throw new Error(`The table ${table} for durable functions could not be opened: ${text}`, { cause: error })
  })
  return createEngine({ services, hub, ...functions, limits: options })
}

/** By this variable durable-functions knows where the host is; as on Azure and in Core Tools. It stays as it is when it is set. */
const exposeHost = (baseUrl: string): (() => void) => {
  if (process.env['WEBSITE_HOSTNAME']) return () => {}
  process.env['WEBSITE_HOSTNAME'] = new URL(baseUrl).host
  return () => {
    delete process.env['WEBSITE_HOSTNAME']
  }
}

/** What is made when it is first needed. */
const createAccess = (services: HostServices, functions: Functions) => {
  let options: DurableOptions | undefined
  let opened: Promise<Engine> | undefined
  const optionsOnce = (): DurableOptions => (options ??= durableOptions(services.hostJson, services.settings))
  return {
    options: optionsOnce,
    engine: (): Promise<Engine> => (opened ??= openEngine(services, optionsOnce(), functions)),
    /** undefined when it has not been needed, or could not be opened, which was said then. */
    openedEngine: async (): Promise<Engine | undefined> => opened?.catch(() => undefined),
  }
}

type Access = ReturnType<typeof createAccess>

const answer = (
  { log, settings }: HostServices,
  access: Access,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  const onError = (problem: string, error: unknown): void =>
    log('error', 'Host.Triggers.DurableTask', `${problem}: ${String(error)}`)
  const api = { engine: access.engine, options: access.options(), bodyLimit: bodyLimit(settings), onError }
  import('./durable/http-api.ts')
    .then(({ answerApiRequest }) => answerApiRequest(api, request, response))
    .catch((error: unknown) => onError('A request could not be answered', error))
}

const createListener = (services: HostServices): TriggerListener => {
  const functions: Functions = { orchestrators: new Map(), activities: new Map() }
  const access = createAccess(services, functions)
  let baseUrl = ''
  let isUsed = false
  let hide = (): void => {}
  const use = (): void => {
    if (!isUsed) hide = exposeHost(baseUrl)
    isUsed = true
  }
  return {
    add: (fn) => {
      connectionOf(services, access.options())
      const isActivity = fn.trigger.type.toLowerCase() === activityTrigger.toLowerCase()
      const kind = isActivity ? functions.activities : functions.orchestrators
      kind.set(fn.name.toLowerCase(), fn)
    },
    start: async (url) => {
      baseUrl = url
      if (functions.orchestrators.size + functions.activities.size === 0) return
      use()
      await (await access.engine()).resume()
    },
    stop: () => {
      void access.openedEngine().then((engine) => engine?.stop())
    },
    close: async () => {
      hide()
      await (await access.openedEngine())?.idle(graceMs)
    },
    describe: (fn) => fn.trigger.type,
    runByHand: async (fn, input) => {
      if (!functions.activities.has(fn.name.toLowerCase()))
        throw new Error(`${fn.name} is an orchestrator: POST its input to ${apiPath}/orchestrators/${fn.name}.`)
      const reason = 'This function was programmatically called via the host APIs.'
      await services.invoke(fn, { data: { string: input }, reason })
    },
    inputs: ['durableClient', 'orchestrationClient'].map((type) => ({
      type,
      read: async () => {
        use()
        return { json: JSON.stringify(clientBindingValue(baseUrl, access.options())) }
      },
    })),
    handleRequest: (request, response) => {
      if (
        !isUsed ||
        !originForm(request.url ?? '')
          .toLowerCase()
          .startsWith(`${apiPath}/`)
      )
        return false
      answer(services, access, request, response)
      return true
    },
  }
}

export const durableTrigger: TriggerKind = { type: [orchestrationTrigger, activityTrigger], open: createListener }
