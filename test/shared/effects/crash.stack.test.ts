// What every effect has to stand: kills before any step with nobody who repeats the work, two at once, and a sweep in between.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { start as startCrm } from '../../../shared/peers/crm/stand-in/stand-in.ts'
import { start as startPsa } from '../../../shared/peers/psa/stand-in/stand-in.ts'
import type { RunningStandIn } from '../../../local/stand-ins/stand-in.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { incidentTable, ownerOfTenant } from '../../../shared/incidents/incident-table.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { makeOlder, markersOf } from '../../support/pending-markers.ts'
import { isLong, someOf } from '../../support/thoroughness.ts'
import type { EffectTrial, EffectUnderTrial } from './effect-trial.ts'
import { opportunities } from './opportunity-trial.ts'
import { securityTickets } from './security-ticket-trial.ts'
import { tickets } from './ticket-trial.ts'
import { interrupted, killPoints, killedAfter, killedBefore, steppedServices, stepsOf } from './stepped-services.ts'

const stack = inject('stack')
const key = 'local-only-effects-test-key'

let standIns: readonly RunningStandIn[]
let azurite: TestAzurite
let services: Services
let effects: Readonly<Record<string, EffectUnderTrial>>
beforeAll(async () => {
  const [crm, psa] = await Promise.all([startCrm({ port: 0, keys: [key] }), startPsa({ port: 0, keys: [key] })])
  standIns = [crm, psa]
  // A sweep is for all organizations: with the storage of others it would finish what their tests have begun, in another PSA.
  azurite = await startAzurite()
  const peers = { CRM_API_URL: crm.url, CRM_SERVICE_KEY: key, PSA_API_URL: psa.url, PSA_SERVICE_KEY: key }
  services = createServices(loadConfig({ ...stack.settings, DATA_STORAGE: azurite.connectionString, ...peers }))
  effects = {
    opportunity: opportunities(services, crm.url),
    ticket: tickets(services, psa.url),
    'security ticket': securityTickets(services, psa.url),
  }
})
afterAll(async () => {
  await Promise.all(standIns.map(({ close }) => close()))
  await azurite.stop()
})

/** Whatever the work makes of its end: nothing more is done. */
const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

const kill = async (work: Promise<unknown>): Promise<void> => expect(await failure(work)).toBeInstanceOf(Error)

const night = async ({ pending, tenantId, sweep }: EffectTrial): Promise<void> => {
  await makeOlder(pending, services.store(), tenantId, 11 * 60_000)
  await sweep(services)
}

const whatIsLeft = async ({ pending, tenantId, states, inPeer }: EffectTrial) => ({
  states: await states(),
  inPeer: await inPeer(),
  markers: (await markersOf(pending, services.store(), tenantId)).length,
})
const nothing = { states: [], inPeer: 0, markers: 0 }
const made = { states: ['made'], inPeer: 1, markers: 0 }
const stillRefused = { states: ['refused'], inPeer: 0, markers: 0 }

/** @param steps of the refused call that are carried out; all of them unless told */
const refused = async (effect: EffectUnderTrial, steps = Infinity): Promise<EffectTrial> => {
  const trial = await effect.trial()
  await trial.refuse()
  await kill(trial.ask(killedAfter(services, trial.tenantId, steps)))
  expect(await trial.states()).toEqual(['refused'])
  await trial.accept()
  return trial
}

/** Killed between the record of the refusal and the clearing of its marker. */
const refusedWithMarker = async (effect: EffectUnderTrial): Promise<EffectTrial> => {
  const counted = await effect.trial()
  await counted.refuse()
  const steps = await stepsOf(services, counted.tenantId, (stepped) => failure(counted.ask(stepped)))
  const trial = await refused(effect, steps.length - 1)
  expect(await whatIsLeft(trial)).toEqual({ ...stillRefused, markers: 1 })
  await makeOlder(trial.pending, services.store(), trial.tenantId, 11 * 60_000)
  return trial
}

describe.each(['opportunity', 'ticket', 'security ticket'])('%s', (name) => {
  const effect = (): EffectUnderTrial => {
    const found = effects[name]
    if (!found) throw new Error(`There is no effect ${name}.`)
    return found
  }

  /** All effects go through the same steps of the record and its marker: every one is tried with tickets, and a few with each of the others. */
  const triedOf = <Point>(points: readonly Point[]): readonly Point[] => someOf(points, 3, isLong || name === 'ticket')

  it('killed before any step is finished by the sweep alone, or was never begun', async () => {
    const counted = await effect().trial()
    const steps = await stepsOf(services, counted.tenantId, counted.ask)
    const ends = []
    for (const step of triedOf(killPoints(steps))) {
      const trial = await effect().trial()
      await kill(trial.ask(killedAfter(services, trial.tenantId, step)))
      await night(trial)
      const left = await whatIsLeft(trial)
      expect(left, `killed before step ${step + 1} of ${steps.length}`).toEqual(
        left.states.length === 0 ? nothing : made,
      )
      ends.push(left.states.length)
    }
    expect([ends[0], ends.at(-1)]).toEqual([0, 1])
  })

  it('begun again after a refusal and killed before any step is finished by the sweep alone, or stays refused', async () => {
    const counted = await refused(effect())
    const steps = await stepsOf(services, counted.tenantId, counted.ask)
    const ends = []
    for (const step of triedOf(killPoints(steps))) {
      const trial = await refused(effect())
      await kill(trial.ask(killedAfter(services, trial.tenantId, step)))
      await night(trial)
      const left = await whatIsLeft(trial)
      const isMade = left.states[0] === 'made'
      expect(left, `killed before step ${step + 1} of ${steps.length}`).toEqual(isMade ? made : stillRefused)
      ends.push(isMade)
    }
    expect([ends[0], ends.at(-1)]).toEqual([false, true])
  })

  it.each([1, 2])(
    'begun again and killed while the sweep is before its step %i for the marker of the refusal is found by the next sweep',
    async (sweepStep) => {
      const counted = await refusedWithMarker(effect())
      const steps = await stepsOf(services, counted.tenantId, counted.ask)
      const ends = []
      for (const step of triedOf(killPoints(steps).filter((passed) => passed > 0))) {
        const trial = await refusedWithMarker(effect())
        const { tenantId, ask, sweep } = trial
        await sweep(interrupted(services, tenantId, sweepStep, () => kill(ask(killedAfter(services, tenantId, step)))))
        await night(trial)
        const left = await whatIsLeft(trial)
        const isMade = left.states[0] === 'made'
        expect(left, `killed before step ${step + 1} of ${steps.length}`).toEqual(isMade ? made : stillRefused)
        ends.push(isMade)
      }
      expect(ends.at(-1)).toBe(true)
    },
  )

  it('that is refused late, after it was begun again with another draft, is not refused with it', async () => {
    const trial = await effect().trial()
    const { tenantId, ask, refuse, accept } = trial
    await refuse()
    let isRefused = false
    let isRecorded = false
    // Killed once it has recorded its refusal: it must not heal by itself what it did.
    const late = steppedServices(services, tenantId, async (step) => {
      if (isRecorded) throw new Error(`Killed before ${step}.`)
      if (isRefused) {
        isRefused = false
        await failure(ask(services))
        expect(await trial.states()).toEqual(['refused'])
        await accept()
        await kill(ask(killedBefore(services, tenantId, /\.create/)))
        expect(await trial.states()).toEqual(['begun'])
        isRecorded = true
        return
      }
      isRefused = /\.create/.test(step) && (await trial.inPeer()) === 0 && (await trial.states())[0] === 'begun'
    })
    await failure(ask(late))
    await night(trial)
    expect(await whatIsLeft(trial)).toEqual(made)
  })

  it('asked for by four at once is made once', async () => {
    const trial = await effect().trial()
    await Promise.all([1, 2, 3, 4].map(() => trial.ask(services)))
    expect(await whatIsLeft(trial)).toMatchObject({ states: ['made'], inPeer: 1 })
    // Whoever lost the claim has marked over the winner and may not clear: the winner could be dead by then.
    await night(trial)
    expect(await whatIsLeft(trial)).toEqual(made)
  })

  it('begun again by four at once after a refusal is made once', async () => {
    const trial = await refused(effect())
    await Promise.all([1, 2, 3, 4].map(() => trial.ask(services)))
    expect(await whatIsLeft(trial)).toMatchObject({ states: ['made'], inPeer: 1 })
    // Whoever lost the claim has marked over the winner and may not clear: the winner could be dead by then.
    await night(trial)
    expect(await whatIsLeft(trial)).toEqual(made)
  })

  it('asked for while the sweep finishes it is made once', async () => {
    const begun = async (): Promise<EffectTrial> => {
      const trial = await effect().trial()
      await kill(trial.ask(killedBefore(services, trial.tenantId, /\.create/)))
      await makeOlder(trial.pending, services.store(), trial.tenantId, 11 * 60_000)
      return trial
    }
    const counted = await begun()
    const steps = await stepsOf(services, counted.tenantId, counted.sweep)
    for (const step of triedOf(steps.map((_, index) => index + 1))) {
      const trial = await begun()
      await trial.sweep(interrupted(services, trial.tenantId, step, () => trial.ask(services)))
      await night(trial)
      expect(await whatIsLeft(trial), `asked for before step ${step} of ${steps.length} of the sweep`).toEqual(made)
    }
  })

  it('that the peer refuses at night is an incident of the tenant', async () => {
    const trial = await effect().trial()
    const { tenantId } = trial
    await kill(trial.ask(killedBefore(services, tenantId, /\.create/)))
    await trial.refuse()
    await night(trial)
    const { states, inPeer } = stillRefused
    expect(await whatIsLeft(trial)).toMatchObject({ states, inPeer })
    const { rows } = await services
      .store()
      .open(incidentTable)
      .incident.list({ owner: ownerOfTenant(tenantId) }, { limit: 10 })
    const { integration, operation } = effect()
    expect(rows.map(({ value }) => value)).toMatchObject([{ integration, operation, code: 'peer-rejected', count: 1 }])
  })
})
