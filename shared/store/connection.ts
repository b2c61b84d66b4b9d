// One table of the storage account through the SDK: loaded when it is first needed, few short retries, a deadline for every call, and
// the table made when it turns out to be missing.
import type { TableClient } from '@azure/data-tables'
import type { TokenCredential } from '@azure/identity'
import { azureCredential } from '../config/azure-credential.ts'
import { within } from '../deadline.ts'
import { AppError } from '../errors.ts'
import { once } from '../once.ts'
import { storeError } from './store-error.ts'
import { type Refusal, refusalOf, toStorageError } from './failure.ts'
import { transactionPolicy } from './transaction-body.ts'

/** Where the account is. Without a credential the process signs in as itself (managed identity, or whoever is signed in to Azure). */
export type StoreAccount =
  | { readonly connectionString: string }
  | { readonly tableUrl: string; readonly credential?: TokenCredential }

export type Outcome<T> =
  | { readonly done: T; readonly refused?: undefined }
  | { readonly done?: undefined; readonly refused: Refusal }

export type Connection = {
  /**
   * Runs one call. A condition that was not met is an outcome, every other failure an AppError.
   * @param what for the error: `read ticket in tickets`
   */
  readonly run: <T>(what: string, call: (client: TableClient, signal: AbortSignal) => Promise<T>) => Promise<Outcome<T>>
}

const defaultDeadlineMs = 10_000
const retryOptions = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 }

/** How often a call was sent: after a retry, "already there" may be the trace of our own first try. */
const sent = new WeakMap<object, number>()

const couldBeOurOwn = ({ reason, index }: Refusal): boolean =>
  reason === 'exists' || reason === 'changed' || (reason === 'missing' && index !== undefined)

const countingPolicy: Parameters<TableClient['pipeline']['addPolicy']>[0] = {
  name: 'countTries',
  sendRequest: (request, next) => {
    if (request.abortSignal) sent.set(request.abortSignal, (sent.get(request.abortSignal) ?? 0) + 1)
    return next(request)
  },
}

const isLoopback = (url: string): boolean =>
  /^http:\/\/(127\.0\.0\.1|localhost)[:/]/i.test(url) || /(^|;)UseDevelopmentStorage=true/i.test(url)

type OpenClient = (table: string) => Promise<TableClient>

const clientOpener = (account: StoreAccount): OpenClient => {
  const credential = once(async (): Promise<TokenCredential | undefined> => {
    if ('connectionString' in account) return undefined
    return account.credential ?? azureCredential()
  })
  return async (table) => {
    const { TableClient } = await import('@azure/data-tables')
    const token = await credential()
    const client = configured(() => {
      if (token && 'tableUrl' in account) return new TableClient(account.tableUrl, table, token, { retryOptions })
      const text = 'connectionString' in account ? account.connectionString : ''
      const url = /TableEndpoint=([^;]+)/i.exec(text)?.[1] ?? text
      return TableClient.fromConnectionString(text, table, { retryOptions, allowInsecureConnection: isLoopback(url) })
    })
    client.pipeline.addPolicy(countingPolicy, { afterPhase: 'Retry' })
    client.pipeline.addPolicy(transactionPolicy, { phase: 'Serialize' })
    return client
  }
}

const configured = <T>(open: () => T): T => {
  try {
    return open()
  } catch (error) {
    throw new AppError('not-configured', 'The connection string or URL of the storage account is invalid.', {
      cause: error,
    })
  }
}

const connect = (openClient: OpenClient, table: string, deadlineMs: number): Connection => {
  const client = once(() => openClient(table))
  let creation: Promise<void> | undefined
  const createTable = (): Promise<void> => {
    creation ??= within('Storage', deadlineMs, {
      call: async (abortSignal) => (await client()).createTable({ abortSignal }),
    }).finally(() => {
      creation = undefined
    })
    return creation
  }

  return {
    run: async (what, call) => {
      const attempt = async () => {
        const abort = new AbortController()
        try {
          return {
            done: await within('Storage', deadlineMs, { call: async (signal) => call(await client(), signal), abort }),
          }
        } catch (error) {
          const refused = refusalOf(error)
          if (!refused) throw toStorageError(error, what)
          if ((sent.get(abort.signal) ?? 1) > 1 && couldBeOurOwn(refused))
            throw storeError(
              'storage-unavailable',
              `Storage failed and then refused the repetition: ${what}. It may have been done the first time.`,
              { cause: error },
            )
          return { refused }
        }
      }
      const first = await attempt()
      if (first.refused?.reason !== 'no-table') return first
      try {
        await createTable()
      } catch (error) {
        throw toStorageError(error, `create the table ${table}`)
      }
      const second = await attempt()
      if (second.refused?.reason === 'no-table')
        throw storeError('storage-unavailable', `Storage does not know the table ${table}, which was just created.`)
      return second
    },
  }
}

const probeMsMax = 2_000
/** A process that is busy hears an answer late once; from a service that is away it hears none at all. */
const probeTries = 2

const createProbe = (openClient: OpenClient, probeMs: number): (() => Promise<void>) => {
  const client = once(() => openClient('storageProbe'))
  const ask = (): Promise<unknown> =>
    within('Storage', probeMs, {
      call: async (abortSignal) => (await client()).getEntity('probe', 'probe', { abortSignal }),
    })
  return async () => {
    for (let left = probeTries; left > 0; left -= 1)
      try {
        await ask()
        return
      } catch (error) {
        // No such table or row: the service is there, and our role lets us read.
        if (refusalOf(error)) return
        if (left === 1) throw toStorageError(error, 'probe')
      }
  }
}

export type Account = {
  /** One connection a table. */
  readonly connection: (table: string) => Connection
  /** One point read of nothing, which creates nothing. Throws AppError `storage-unavailable` after two tries, 4 s at the latest. */
  readonly probe: () => Promise<void>
}

/** Does no I/O and loads nothing. */
export const openAccount = (account: StoreAccount, deadlineMs = defaultDeadlineMs): Account => {
  const openClient = clientOpener(account)
  const connections = new Map<string, Connection>()
  return {
    probe: createProbe(openClient, Math.min(probeMsMax, deadlineMs)),
    connection: (table) => {
      const connection = connections.get(table) ?? connect(openClient, table, deadlineMs)
      connections.set(table, connection)
      return connection
    },
  }
}
