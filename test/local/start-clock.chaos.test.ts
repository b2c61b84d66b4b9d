// The whole of `npm start` as of another time: timers run by it.
import { expect, it } from 'vitest'
import { hubTenants } from '../../shared/peers/hub/stand-in/people.ts'
import { hubControl } from '../support/hub-control.ts'
import { eventually } from '../support/eventually.ts'
import { type Started, keyIn, ready, start, urlIn } from './npm-start.ts'

const tenantId = hubTenants[0]?.id ?? ''

const connectOrganization = async (output: string): Promise<void> => {
  const put = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`${urlIn(output, 'Functions')}/api/code/organizations/org-1${path}`, {
      method: 'PUT',
      headers: { 'X-Integration-Key': keyIn(output), 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect([response.status, response.ok]).toEqual([response.status, true])
  }
  await put('', { provider: 'github', orgLogin: 'northwind', repoCount: 2 })
  for (const id of ['repo-1', 'repo-2']) await put(`/repositories/${id}`, { name: `northwind/${id}` })
}

const usageIn = (started: Started) => hubControl(urlIn(started.output(), 'Hub'), tenantId).usage()

it('keeps its data over a restart, and reports the repositories of the day before at 01:15 UTC when it is started a moment earlier', async () => {
  // After 23:15, so that the report of 01:15 is the next one.
  const evening = await ready({ args: ['--now', '2026-02-28T23:20:00Z'] })
  expect(evening.output()).toMatch(/^The stack runs as of 2026-02-28T23:2\d:/m)
  await connectOrganization(evening.output())
  expect(await usageIn(evening)).toEqual([])
  evening.interrupt('SIGTERM')
  expect(await evening.exit).toBe(0)

  const night = await ready({ folder: evening.folder, args: ['--now', '2026-03-01T01:14:50Z'] })
  expect(keyIn(night.output())).toBe(keyIn(evening.output()))
  const usage = await eventually(
    () => usageIn(night),
    ({ length }) => length > 0,
    120_000,
  )
  expect(usage).toMatchObject([{ date: '2026-03-01', quantity: 2, tenantId }])
  // By the clock of Hub, which is another process.
  expect(usage[0]?.recordedAt).toMatch(/^2026-03-01T01:1[5-9]:/)
  night.interrupt()
  expect(await night.exit).toBe(0)

  const before = start({ folder: evening.folder, args: ['--now', '2026-03-01T01:14:00Z'] })
  expect(await before.exit).toBe(1)
  expect(before.output()).toContain('Add --reset')
}, 400_000)
