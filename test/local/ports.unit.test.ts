import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { claimPortBlock } from '../../local/port-block.ts'
import {
  type ChosenPorts,
  type Ports,
  anyPorts,
  choosePorts,
  portNames,
  readPorts,
  refuseUsedPorts,
  urlsOf,
} from '../../local/ports.ts'

const open: Server[] = []
const listen = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  open.push(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

describe('the ports that the environment asks for', () => {
  it('are the usual ones when it asks for none', () => {
    expect(readPorts({ LOCAL_HUB_PORT: '' })).toMatchObject({
      functions: 7071,
      hub: 7081,
      psa: 7082,
      bus: 7083,
      defend: 7084,
      cmdb: 7085,
      crm: 7086,
      serviceBus: 5672,
      blobs: 10_000,
      queues: 10_001,
      tables: 10_002,
    })
    const ports = Object.values(readPorts({}))
    expect(new Set(ports).size).toBe(ports.length)
  })

  it('are those of the settings, with 0 for any', () => {
    expect(readPorts({ LOCAL_FUNCTIONS_PORT: '9000', LOCAL_TABLE_PORT: '0', LOCAL_BLOB_PORT: '0' })).toMatchObject({
      functions: 9000,
      tables: 0,
      blobs: 0,
    })
  })

  it('are all moved at once for a second stack, but those that are set', () => {
    const { functions, hub, tables } = readPorts({ LOCAL_PORT_OFFSET: '10000', LOCAL_HUB_PORT: '9001' })
    expect([functions, hub, tables]).toEqual([17_071, 9001, 20_002])
    expect(() => readPorts({ LOCAL_PORT_OFFSET: '-5' })).toThrow('LOCAL_PORT_OFFSET is "-5"')
    expect(() => readPorts({ LOCAL_PORT_OFFSET: '60000' })).toThrow('LOCAL_FUNCTIONS_PORT is "67071"')
  })

  it('names every setting that is not a port', () => {
    expect(() => readPorts({ LOCAL_HUB_PORT: '70000', LOCAL_PSA_PORT: '-1', LOCAL_BLOB_PORT: '1e3' })).toThrow(
      /LOCAL_HUB_PORT is "70000".*\n.*LOCAL_PSA_PORT is "-1".*\n.*LOCAL_BLOB_PORT is "1e3"/,
    )
  })

  it('refuses one port for two parts', () => {
    expect(() => readPorts({ LOCAL_PSA_PORT: '7071' })).toThrow('LOCAL_PSA_PORT and LOCAL_FUNCTIONS_PORT are both 7071')
  })
})

describe('ports in use', () => {
  it('are all named at once, each with the setting that changes it', async () => {
    const [hub, tables] = [await listen(), await listen()]
    await expect(refuseUsedPorts({ ...anyPorts, hub, tables })).rejects.toThrow(
      `Port ${hub} (Hub) is already in use. Stop the program that uses it, or set LOCAL_HUB_PORT to another port.\n` +
        `Port ${tables} (Table storage) is already in use. Stop the program that uses it, or set LOCAL_TABLE_PORT to another port.`,
    )
  })

  it('are no hindrance when any port will do', async () => {
    await refuseUsedPorts(anyPorts)
  })
})

describe('ports that are chosen', () => {
  const chosen: ChosenPorts[] = []
  const choose = async (ports: Ports): Promise<Ports> => {
    const choice = await choosePorts(ports)
    chosen.push(choice)
    return choice.ports
  }
  afterEach(async () => {
    await Promise.all(chosen.splice(0).map(({ release }) => release()))
  })

  it('are different free ones, for every part that takes any', async () => {
    const ports = await choose({ ...anyPorts, psa: 7082 })
    expect(ports.psa).toBe(7082)
    expect(new Set(Object.values(ports)).size).toBe(portNames.length)
    await refuseUsedPorts({ ...ports, psa: 0 })
    expect(urlsOf(ports).hub).toBe(`http://127.0.0.1:${ports.hub}`)
    expect(urlsOf(ports).serviceBus).toBe(`sb://127.0.0.1:${ports.serviceBus}`)
  })

  it('are never those of another stack, though nothing listens on them yet', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => choose(anyPorts)))
    expect(new Set(all.flatMap((ports) => Object.values(ports))).size).toBe(100 * portNames.length)
  })
})

describe('a block of ports', () => {
  it('can be had again when it was released, without the ports on which something listens by now', async () => {
    const first = await claimPortBlock(20, new Set(), 7)
    const [port = 0, ...others] = first.ports
    const server = createServer().listen(port, '127.0.0.1')
    open.push(server)
    await once(server, 'listening')
    await first.release()
    await first.release()
    const second = await claimPortBlock(20, new Set(), blockOf(port))
    await second.release()
    expect(second.ports).not.toContain(port)
    expect(second.ports.slice(0, 19)).toEqual(others)
  })

  it('leaves out ports that the stack has otherwise', async () => {
    const first = await claimPortBlock(20, new Set(), 11)
    await first.release()
    const taken = new Set(first.ports.slice(5, 8))
    const second = await claimPortBlock(20, taken, blockOf(first.ports[0] ?? 0))
    await second.release()
    expect(second.ports.slice(0, 17)).toEqual(first.ports.filter((port) => !taken.has(port)))
  })
})

const blockOf = (port: number): number => Math.floor((port - 20_000) / 40)
