// The process that runs the stand-ins, all of them or some.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startChild } from '@theone/local-process/child-process'
import { portTable } from '../../../local/ports.ts'
import { standInNames } from '../../../local/stand-ins/stand-ins.ts'
import { sampleSettings } from '../../support/stack-setup.ts'

const anyPort = Object.fromEntries(standInNames.map((name) => [portTable[name].setting, '0']))

const start = async (names: readonly string[], changes: Readonly<Record<string, string>> = {}) => {
  const env = { ...sampleSettings(), ...anyPort, ...changes }
  const child = await startChild({ name: 'Stand-ins', file: 'local/stand-ins/main.ts', args: names, env })
  onTestFinished(() => child.kill())
  return child
}

describe('the process of the stand-ins', () => {
  it('runs all of them unless some are named', async () => {
    const { urls } = await start([])
    expect(Object.keys(urls).toSorted()).toEqual(standInNames.toSorted())
    for (const url of Object.values(urls)) expect((await fetch(url)).status).toBe(200)
    expect(Object.keys((await start(['crm', 'psa'])).urls).toSorted()).toEqual(['crm', 'psa'])
  })

  it('closes what runs in it when it is asked to end', async () => {
    const child = await start([])
    await child.stop()
    expect((await child.ended).code).toBe(0)
    for (const url of Object.values(child.urls)) await expect(fetch(url)).rejects.toThrow()
  })

  it('does not start without the settings of all, and names each', async () => {
    const starting = start([], { PSA_SERVICE_KEY: '', CRM_SERVICE_KEY: '' })
    await expect(starting).rejects.toThrow(/needs PSA_SERVICE_KEY\.[^]*needs CRM_SERVICE_KEY\./)
  })

  it('does not start when a port is taken, and says which setting changes it', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const port = String((server.address() as AddressInfo).port)
    await expect(start([], { LOCAL_CMDB_PORT: port })).rejects.toThrow(
      `Port ${port} is already in use. Stop the program that uses it, or set LOCAL_CMDB_PORT to another port.`,
    )
    await expect(start(['cmdb'], { LOCAL_CMDB_PORT: '70000' })).rejects.toThrow(
      '"70000" is not a port. Set LOCAL_CMDB_PORT to a number from 0 to 65535.',
    )
  })

  it('names the stand-ins that there are when it is asked for another', async () => {
    await expect(start(['zendesk'])).rejects.toThrow(
      `There is no stand-in "zendesk". There are: ${standInNames.join(', ')}.`,
    )
  })
})
