import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { PortInUseError, closeServer, listenOnLoopback } from '../src/loopback.ts'

const servers: ReturnType<typeof createServer>[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => closeServer(server, 0)))
})
const newServer = () => {
  const server = createServer((_, response) => void response.end('here'))
  servers.push(server)
  return server
}

describe('a server of this machine', () => {
  it('is there for this machine alone', async () => {
    const server = newServer()
    const url = await listenOnLoopback(server, 0, 'SOME_PORT')
    expect(await (await fetch(url)).text()).toBe('here')
    expect(server.address()).toMatchObject({ address: '127.0.0.1', port: Number(new URL(url).port) })
  })

  it('says which setting gives it another port, where that is taken', async () => {
    const taken = newServer()
    await listenOnLoopback(taken, 0, 'SOME_PORT')
    const { port } = taken.address() as AddressInfo
    const refused = await listenOnLoopback(newServer(), port, 'OTHER_PORT').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(PortInUseError)
    expect(refused).toMatchObject({
      message: expect.stringMatching(/OTHER_PORT/) as string,
      cause: { code: 'EADDRINUSE' },
    })
  })
})
