// The local Service Bus: an AMQP 1.0 broker that `@azure/service-bus` uses as it uses Azure.
import { once } from 'node:events'
import { type AddressInfo, type Server, createServer } from 'node:net'
import rhea, { type ConnectionOptions } from 'rhea'
import { PortInUseError } from '@theone/local-process/loopback'
import { type Clock, createSystemClock } from './clock.ts'
import { createDispatcher } from './dispatcher.ts'
import type { Entities } from './entities.ts'
import { createFateLog, silentFateLog } from './fate-log.ts'
import { serveLinks } from './links.ts'
import { openNamespace } from './namespace.ts'
import type { Queue } from './queue.ts'
import { acceptSocket } from './rhea-internals.ts'
import { openStore } from './store.ts'
import { createTurn } from './turn.ts'

export type BrokerOptions = {
  /** 0 takes any free port. */
  readonly port: number
  readonly entities: Entities
  /** Where messages are kept; without it they are gone when the broker ends. */
  readonly dataFolder?: string
  /** Gets a line for every message that is dead-lettered, expires or is dropped. Silence is the default. */
  readonly onLine?: (line: string) => void
  /** The machine's time is the default. */
  readonly clock?: Clock
}

export type RunningBroker = {
  /** `amqp://127.0.0.1:<port>` */
  readonly url: string
  /** For `new ServiceBusClient(...)`. */
  readonly connectionString: string
  readonly close: () => Promise<void>
}

/** The emulator flag has the SDK connect without TLS and without a token that anybody would check. */
export const connectionStringFor = (port: number): string =>
  `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;`

const connectionOptions = {
  max_frame_size: 65_536,
  // A client that says nothing for twice this time is gone.
  idle_time_out: 60_000,
  // Of a session, what is sent and not settled; the SDK's own limit is lower and is what holds.
  session_buffer_size: { incoming: 2_048, outgoing: 8_192 },
  receiver_options: { autoaccept: false, credit_window: 0, autosettle: false },
  sender_options: { treat_modified_as_released: false },
}

/** @throws PortInUseError, or an Error when the data folder cannot be used */
export const startBroker = async (options: BrokerOptions): Promise<RunningBroker> => {
  const { clock = createSystemClock(), onLine } = options
  const log = onLine ? createFateLog(onLine, clock.now) : silentFateLog
  const store = openStore(options.dataFolder)
  const dispatcher = createDispatcher()
  const onReady = (queue: Queue): void => dispatcher.mark(queue)
  const namespace = openNamespace(options.entities, { store, clock, log, onReady })
  const { runDue, nextDue } = namespace
  const turn = createTurn({ store, clock, dispatch: dispatcher.run, runDue, nextDue })
  // Also wakes for what became due while there was no broker.
  turn.end()
  const container = rhea.create_container()
  serveLinks(container, { namespace, dispatcher, turn, log })
  const report = onLine ?? console.error
  container.on('protocol_error', (error: Error) => report(`A client does not speak AMQP 1.0: ${error.message}`))
  container.on('error', (error: Error) =>
    report(`A connection is closed after an error: ${error.stack ?? error.message}`),
  )

  /** What ends each connection. */
  const connections = new Set<() => void>()
  // Frames must not wait until earlier ones are confirmed (Nagle): each send would take 20 ms.
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = container.create_connection(connectionOptions as unknown as ConnectionOptions)
    const cut = acceptSocket(connection, socket)
    connections.add(cut)
    socket.once('close', () => connections.delete(cut))
  })
  const port = await listen(server, options.port).catch((error: unknown) => {
    clock.stop()
    store.close()
    throw error
  })
  return {
    url: `amqp://127.0.0.1:${port}`,
    connectionString: connectionStringFor(port),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      // Without goodbye, after which the SDK would connect again to what no longer listens, and give up.
      for (const cut of connections) cut()
      await closed
      turn.end()
      clock.stop()
      store.close()
    },
  }
}

const listen = async (server: Server, port: number): Promise<number> => {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    const isUsed = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    throw isUsed ? new PortInUseError(port, 'LOCAL_SERVICE_BUS_PORT', error) : error
  }
  return (server.address() as AddressInfo).port
}
