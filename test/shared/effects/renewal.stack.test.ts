// How long the rows of a record live, with a storage of this file's own: a run looks at the rows of all tenants.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { start as startCrm } from '../../../shared/peers/crm/stand-in/stand-in.ts'
import { start as startPsa } from '../../../shared/peers/psa/stand-in/stand-in.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { createStore } from '../../../shared/store/store.ts'
import { startAzurite } from '../../support/azurite.ts'
import type { EffectTrial, EffectUnderTrial } from './effect-trial.ts'
import { opportunities } from './opportunity-trial.ts'
import { securityTickets } from './security-ticket-trial.ts'
import { steppedServices } from './stepped-services.ts'
import { tickets } from './ticket-trial.ts'

const stack = inject('stack')
const key = 'local-only-effects-test-key'
const dayMs = 86_400_000

const running: (() => Promise<void>)[] = []
let settings: Readonly<Record<string, string>>
let effects: Readonly<Record<string, EffectUnderTrial>>
beforeAll(async () => {
  const [azurite, crm, psa] = await Promise.all([
    startAzurite(),
    startCrm({ port: 0, keys: [key] }),
    startPsa({ port: 0, keys: [key] }),
  ])
  running.push(azurite.stop, crm.close, psa.close)
  const peers = { CRM_API_URL: crm.url, CRM_SERVICE_KEY: key, PSA_API_URL: psa.url, PSA_SERVICE_KEY: key }
  settings = { ...stack.settings, ...peers, DATA_STORAGE: azurite.connectionString }
  const services = servicesAfter(0)
  effects = {
    opportunity: opportunities(services, crm.url),
    ticket: tickets(services, psa.url),
    'security ticket': securityTickets(services, psa.url),
  }
})
afterAll(() => Promise.all(running.map((stop) => stop())))

/** As the functions are after so many days. */
const servicesAfter = (days: number): Services => {
  const now = () => new Date(Date.now() + days * dayMs)
  const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' }, { now: () => now().getTime() })
  return { ...createServices(loadConfig(settings)), now, store: () => store }
}

/** How many rows of each kind the tenant has after so many days. */
const rowsAfter = async ({ tenantId, table }: EffectTrial, days: number): Promise<Record<string, number>> => {
  const rows = servicesAfter(days).store().open(table)
  const counts: Record<string, number> = {}
  for (const kind of Object.keys(table.kinds)) {
    let count = 0
    for await (const _ of rows[kind]?.each({ tenantId }) ?? []) count += 1
    if (count > 0) counts[kind] = count
  }
  return counts
}

/** One that was made today, and all its rows. */
const made = async (name: string): Promise<{ trial: EffectTrial; all: Record<string, number> }> => {
  const trial = await effects[name]?.trial()
  if (!trial) throw new Error(`There is no trial of ${name}.`)
  await trial.ask(servicesAfter(0))
  expect(await trial.states()).toEqual(['made'])
  const all = await rowsAfter(trial, 0)
  expect(Object.keys(all).length).toBeGreaterThan(1)
  return { trial, all }
}

const unreachable = (): Pick<Services, 'psa' | 'crm' | 'forReading'> => createServices(loadConfig({}))

describe.each(['ticket', 'opportunity', 'security ticket'])('a %s that nobody has asked for in 400 days', (name) => {
  it('is gone when no run has looked at it', async () => {
    const { trial, all } = await made(name)
    expect(await rowsAfter(trial, 399)).toEqual(all)
    expect(await rowsAfter(trial, 401)).toEqual({})
  })

  it('is kept with all that leads to it while it is open there', async () => {
    const { trial, all } = await made(name)
    await trial.renew(servicesAfter(380))
    expect(await rowsAfter(trial, 401)).toEqual(all)
    expect(await rowsAfter(trial, 781)).toEqual({})
  })

  it('is kept while the peer cannot be asked and it was open when the peer last could', async () => {
    const { trial, all } = await made(name)
    const { psa, crm, forReading } = unreachable()
    await trial.renew({ ...servicesAfter(380), psa, crm, forReading })
    expect(await rowsAfter(trial, 401)).toEqual(all)
  })

  it('is kept for 400 days more from when it is first seen closed, and no longer', async () => {
    const { trial, all } = await made(name)
    await trial.setEnded(true)
    await trial.renew(servicesAfter(380))
    expect(await rowsAfter(trial, 779)).toEqual(all)
    await trial.renew(servicesAfter(770))
    expect(await rowsAfter(trial, 781)).toEqual({})
  })

  it('is kept when it was seen closed and has been opened again', async () => {
    const { trial, all } = await made(name)
    await trial.setEnded(true)
    await trial.renew(servicesAfter(380))
    await trial.setEnded(false)
    await trial.renew(servicesAfter(770))
    expect(await rowsAfter(trial, 1_169)).toEqual(all)
  })

  it('is kept whole by the next run when one is cut off', async () => {
    const { trial, all } = await made(name)
    let updates = 0
    const cutOff = steppedServices(servicesAfter(380), trial.tenantId, async (step) => {
      if (step.endsWith('.update')) updates += 1
      if (updates > 1) throw new Error('Killed.')
    })
    await expect(trial.renew(cutOff)).rejects.toThrow('Killed.')
    expect(await rowsAfter(trial, 401)).not.toEqual(all)
    await trial.renew(servicesAfter(381))
    expect(await rowsAfter(trial, 401)).toEqual(all)
  })
})

describe.each(['ticket', 'opportunity'])('a %s that was seen closed when somebody asked for it', (name) => {
  it('takes what leads to it along until its own end', async () => {
    const { trial, all } = await made(name)
    await trial.setEnded(true)
    await trial.ask(servicesAfter(200))
    await trial.renew(servicesAfter(380))
    expect(await rowsAfter(trial, 599)).toEqual(all)
    await trial.renew(servicesAfter(595))
    expect(await rowsAfter(trial, 781)).toEqual({})
  })
})
