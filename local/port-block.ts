// Free ports of which no two stacks are given the same, though they start at the same time.
import { once } from 'node:events'
import { type Server, createServer } from 'node:net'

/**
 * They lie below the range from which the common systems take ports for outgoing connections (Linux from 32768, macOS and Windows from
 * 49152).
 */
const firstPort = 20_000
const blockSize = 40
const blockCount = 300

type PortBlock = { readonly ports: readonly number[]; readonly release: () => Promise<void> }

/**
 * Claims a block by listening on its first port: the system gives that to one process alone, and takes it back when the process has ended,
 * however it ended. `start` is the number of the block that is tried first. A port of the block on which something listens all the same is left out.
 * @throws Error if no block has `count` free ports that are not in `taken`
 */
export const claimPortBlock = async (
  count: number,
  taken: ReadonlySet<number>,
  start = Math.floor(Math.random() * blockCount),
): Promise<PortBlock> => {
  for (let attempt = 0; attempt < blockCount; attempt += 1) {
    const first = firstPort + ((start + attempt) % blockCount) * blockSize
    const claim = await listenOn(first)
    if (!claim) continue
    const ports = await freePorts(first, taken)
    // The claim is no reason for a process to go on.
    claim.unref()
    if (ports.length >= count) return { ports: ports.slice(0, count), release: () => close(claim) }
    await close(claim)
  }
  throw new Error(
    `None of the ${blockCount} blocks of ports from ${firstPort} has ${count} free ones. Stop stacks that nobody needs.`,
  )
}

/** @throws Error if the port cannot be used for another reason than that something listens on it */
export const isFree = async (port: number): Promise<boolean> => {
  const server = await listenOn(port)
  if (server) await close(server)
  return server !== undefined
}

const freePorts = async (first: number, taken: ReadonlySet<number>): Promise<readonly number[]> => {
  const others = Array.from({ length: blockSize - 1 }, (_, index) => first + 1 + index).filter(
    (port) => !taken.has(port),
  )
  const free = await Promise.all(others.map(isFree))
  return others.filter((_, index) => free[index])
}

/** Windows keeps ranges of ports for itself: they are not to be had either. */
const notToBeHad = new Set(['EADDRINUSE', 'EACCES'])

const listenOn = async (port: number): Promise<Server | undefined> => {
  const server = createServer((socket) => socket.destroy())
  // Not shared with other workers of a cluster.
  server.listen({ port, host: '127.0.0.1', exclusive: true })
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    if (notToBeHad.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw new Error(`Port ${port} cannot be used on 127.0.0.1.`, { cause: error })
  }
}

const close = async (server: Server): Promise<void> => {
  if (!server.listening) return
  server.close()
  await once(server, 'close')
}
