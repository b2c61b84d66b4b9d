// Opens a server on 127.0.0.1 only, and says in clear words what to do when the port is taken.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How long a connection is kept that asks nothing: what Kestrel does. A client that comes back while it closes sees it break. */
export const idleConnectionMs = 130_000

export class PortInUseError extends Error {
  override readonly name = 'PortInUseError'
  constructor(port: number, setting: string, cause?: unknown) {
    super(`Port ${port} is already in use. Stop the program that uses it, or set ${setting} to another port.`, {
      cause,
    })
  }
}

/**
 * Resolves with the base URL once the server listens. Port 0 takes any free one.
 * @param setting the environment variable that changes the port, named in the error when the port is taken
 */
export const listenOnLoopback = async (server: Server, port: number, setting: string): Promise<string> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port, setting, error) : error),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Stops accepting, gives running requests `graceMs` to finish, then cuts what is left. */
export const closeServer = async (server: Server, graceMs = 2_000): Promise<void> => {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  // A connection that is kept alive becomes idle after its last answer: it is looked for again and again until none is left.
  const sweep = setInterval(() => server.closeIdleConnections(), 25)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearInterval(sweep)
  clearTimeout(cut)
}
