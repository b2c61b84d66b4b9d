import http from 'node:http'
import { expect, it } from 'vitest'
import { openStreamProxy } from '../src/stream-proxy.ts'

it('has the server of the library listen on this machine alone, and leaves those of others as they are', async () => {
  const { createServer } = http
  const servers: http.Server[] = []
  const getCapabilities = async () => {
    const server = http.createServer()
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(() => resolve()))
    return { HttpUri: 'http://localhost:1/' }
  }
  const proxy = await openStreamProxy({ getCapabilities } as unknown as Parameters<typeof openStreamProxy>[0])
  expect(servers.map((server) => server.address())).toMatchObject([{ address: '127.0.0.1' }])
  expect(http.createServer).toBe(createServer)
  await proxy?.close()
})
