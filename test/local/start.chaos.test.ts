// The whole of `npm start`, as a person's terminal runs it: that it works, and that nothing outlives it however it ends.
import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { partTitles } from '../../local/parts.ts'
import { isAlive, keyIn, ready, start, temporaryFolder, until, urlIn } from './npm-start.ts'

const throughInstaller = ['local/install.mjs', 'local/start.ts']

describe('npm start', () => {
  it('says what runs where, shares its data with no second stack, ends with the code of the program on one interrupt, forgets its data on --reset, and names the part that died', async () => {
    const started = await ready({ file: throughInstaller })
    const output = started.output()
    for (const name of ['Functions', 'Hub', 'PSA', 'Defend', 'CMDB', 'CRM', 'The One Bus', 'Storage'])
      expect((await fetch(urlIn(output, name))).status).toBeLessThan(500)
    expect(output).toMatch(/\/api\/code\/login\?login_hint=mia%40northwind\.example&returnTo=%2Fapi%2Fcode%2Fsession\n/)
    expect(keyIn(output)).toBeTruthy()
    const pids = started.pids()
    // Each part, and the process that started them.
    expect(pids).toHaveLength(Object.keys(partTitles).length + 1)

    appendFileSync(join(started.folder, 'kept.txt'), '')
    const second = start({ folder: started.folder, args: ['--reset'] })
    expect(await second.exit).toBe(1)
    expect(second.output()).toContain('Another local stack')
    expect(existsSync(join(started.folder, 'kept.txt'))).toBe(true)

    started.interrupt()
    expect(await started.exit).toBe(0)
    expect(started.output()).toContain('Stopped.')
    // The installer passes on the interrupt that it got as well.
    expect(started.output()).not.toContain('Ending everything')
    expect(pids.filter(isAlive)).toEqual([])
    expect(existsSync(join(started.folder, 'logs/functions.log'))).toBe(true)
    expect(existsSync(join(started.folder, 'stack.lock'))).toBe(false)

    const anew = await ready({ folder: started.folder, args: ['--reset'] })
    expect(existsSync(join(started.folder, 'kept.txt'))).toBe(false)
    expect(keyIn(anew.output())).toBeTruthy()
    expect(keyIn(anew.output())).not.toBe(keyIn(output))
    const newPids = anew.pids()
    process.kill(anew.parts().peers, 'SIGKILL')
    expect(await anew.exit).toBe(1)
    expect(anew.output()).toContain('Stand-ins stopped unexpectedly (SIGKILL).')
    expect(newPids.filter(isAlive)).toEqual([])
  })

  it('leaves nothing running when its terminal is closed while it starts', async () => {
    const started = start({})
    await until('a first part runs', () => started.output().includes('ready in'))
    const pids = started.pids()
    started.interrupt('SIGHUP')
    expect(await started.exit).toBe(0)
    expect(started.output()).toContain('Stopped before it was ready.')
    expect(pids.filter(isAlive)).toEqual([])
  })

  it('leaves nothing running when its own process is killed', async () => {
    const started = await ready()
    const pids = started.pids()
    started.process.kill('SIGKILL')
    await until('every part has noticed', () => pids.filter(isAlive).length === 0)
  })

  it('stops when the installer that runs it is killed', async () => {
    const started = await ready({ file: throughInstaller })
    const pids = started.pids()
    expect(pids).not.toContain(started.process.pid)
    started.process.kill('SIGKILL')
    await until('every process has noticed', () => pids.filter(isAlive).length === 0)
  })

  it('ends at once on a second interrupt, also when a part does not close', async () => {
    const started = await ready()
    const pids = started.pids()
    process.kill(started.parts().peers, 'SIGSTOP')
    started.interrupt()
    await until('it stops', () => started.output().includes('Stopping.'))
    // A second interrupt within a second of the first is taken for the same one.
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    started.interrupt()
    expect(await started.exit).toBe(130)
    expect(pids.filter(isAlive)).toEqual([])
  })
})

describe('npm start refuses', () => {
  it('ports that are in use, all at once, and leaves nothing running', async () => {
    const servers = [createServer().listen(0, '127.0.0.1'), createServer().listen(0, '127.0.0.1')]
    await Promise.all(servers.map((server) => once(server, 'listening')))
    const [hub, tables] = servers.map((server) => String((server.address() as AddressInfo).port))
    const started = start({ env: { LOCAL_HUB_PORT: hub ?? '', LOCAL_TABLE_PORT: tables ?? '' } })
    expect(await started.exit).toBe(1)
    expect(started.output()).toBe(
      `Port ${hub} (Hub) is already in use. Stop the program that uses it, or set LOCAL_HUB_PORT to another port.\n` +
        `Port ${tables} (Table storage) is already in use. Stop the program that uses it, or set LOCAL_TABLE_PORT to another port.\n`,
    )
    for (const server of servers) server.close()
  })

  it('to delete a folder that it did not make', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'thesis.txt'), 'precious')
    const started = start({ folder, args: ['--reset'] })
    expect(await started.exit).toBe(1)
    expect(started.output()).toContain('LOCAL_DATA')
    expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('precious')
  })

  it('a time that is none', async () => {
    const started = start({ args: ['--now', 'yesterday'] })
    expect(await started.exit).toBe(1)
    expect(started.output()).toBe(
      '--now is "yesterday". Give a time from 2000 to 2099 with its offset, such as 2026-03-01T01:10:00Z.\n',
    )
  })

  it('an option that there is not', async () => {
    const started = start({ args: ['--fresh'] })
    expect(await started.exit).toBe(1)
    expect(started.output()).toContain('There is no option --fresh.')
  })
})
