// The functions are killed between any two steps of filing tickets. Whoever repeats the request, or the nightly run, ends it: one ticket.
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../../functions/code/tickets/finding.ts'
import { LinkedTicket } from '../../../functions/code/tickets/linked-ticket.ts'
import { hubTenants } from '../../../shared/peers/hub/stand-in/people.ts'
import { createStore } from '../../../shared/store/store.ts'
import { newClient } from '../../support/browser-client.ts'
import { accessIssue, newRepository, vulnerability } from '../../support/findings.ts'
import { type Side, createRequestCount } from '../../support/holding-proxy.ts'
import { type ProxiedStack, startProxiedStack } from '../../support/proxied-stack.ts'
import { type PsaControl, psaControl } from '../../support/psa-control.ts'
import { type Moment, isLong, momentsOf } from '../../support/thoroughness.ts'
import { FilingReport } from '../../support/ticketing.ts'
import { runTimerUntil, timersOff } from '../../support/timer-run.ts'
import { leftInFiling, makeOlder, markersOf } from '../../support/unfinished-tickets.ts'

const tenantId = hubTenants[0]?.id ?? ''

const nightlyTimer = 'code-ticket-reconcile-timer'
// Who the caller is, whether the organization is active, what incidents are open, who holds the timer's lease and what is recorded of the
// caller is looked up or not, as the caches stand, and tables are made once; none of it is a step of filing.
const isStep = (_: string, url: string): boolean =>
  !/\/(?:Tables|integrationKeys|keyUse\w*|peerKeys|audit\w+|tenantStandings|incidents|timerLeases)\b/.test(url)
const requests = createRequestCount(isStep)

let stack: ProxiedStack
/** Timers that come round by themselves would be taken for steps of filing. */
let quiet: Record<string, string> = {}
let psa: PsaControl

const client = () => newClient(stack.urls, { 'x-integration-key': stack.integrationKey })
const store = () => createStore({ connectionString: stack.settings['DATA_STORAGE'] ?? '' })
const post = (body: unknown): Promise<Response> => client().send('POST', '/api/code/tickets', body)

const file = async (finding: Finding): Promise<LinkedTicket> => {
  const response = await post(finding)
  expect([200, 201]).toContain(response.status)
  return LinkedTicket.parse(await response.json())
}

const fileAll = async (findings: readonly Finding[]) => {
  const response = await post({ findings })
  expect(response.status).toBe(200)
  return FilingReport.parse(await response.json()).results
}

/** The steps that it takes when nothing fails: of two runs the shorter, since what goes on beside may be among those of one. */
const stepsOf = async (work: () => Promise<unknown>, prepare = (): Promise<void> => Promise.resolve()) => {
  const runs: (readonly string[])[] = []
  for (let count = 0; count < 2; count += 1) {
    await prepare()
    requests.begin()
    await work()
    runs.push(requests.seen())
  }
  const [one = [], other = []] = runs
  return one.length <= other.length ? one : other
}

/** PSA has the ticket, and nobody has heard so. */
const afterTicketIn = (steps: readonly string[]): Moment => {
  const step = steps.indexOf('POST /v1/tickets') + 1
  expect(step).toBeGreaterThan(1)
  return { step, side: 'after' }
}

/** Asks, and kills the functions at that step. What held the request is as if the cable had been cut. */
const crashAt = async (body: unknown, step: number, side: Side): Promise<void> => {
  requests.begin({ request: step, side })
  const answered = post(body).then(
    ({ status }) => `answered ${status}`,
    () => 'cut off',
  )
  const first = await Promise.race([requests.held().then(() => 'held'), answered])
  requests.begin()
  expect(first).toBe('held')
  await stack.killHost()
  expect(await answered).toBe('cut off')
  await stack.restartHost(quiet)
}

const ticketsOf = async (finding: Finding): Promise<readonly LinkedTicket[]> => {
  const response = await client().fetch(
    `/api/code/tickets?${new URLSearchParams({ findingId: finding.findingId }).toString()}`,
  )
  const { tickets } = (await response.json()) as { tickets: LinkedTicket[] }
  return tickets
}

/** Exactly one ticket of PSA names it, it is the one that is listed, and no ticket is left half-way. */
const expectOneTicket = async (finding: Finding): Promise<LinkedTicket> => {
  const made = (await psa.tickets()).filter(({ description }) => description.includes(finding.url))
  expect(made).toHaveLength(1)
  const listed = await ticketsOf(finding)
  expect(listed).toMatchObject([{ id: made[0]?.id, status: { live: true } }])
  await expectNothingLeft()
  return LinkedTicket.parse(listed[0])
}

const expectNothingLeft = async (): Promise<void> => {
  expect((await leftInFiling(store(), tenantId)).map(({ value }) => value.title)).toEqual([])
}

/** A night later: nothing is left to be done then, not even a marker. */
const nightlyRun = async (): Promise<void> => {
  await makeOlder(store(), tenantId, 11 * 60_000)
  const isDone = async (): Promise<boolean> => (await markersOf(store(), tenantId)).length === 0
  await runTimerUntil(stack.urls.functions, nightlyTimer, isDone, 45_000)
  await expectNothingLeft()
}

const detectedAgain = <Kind extends Finding>(finding: Kind): Kind => ({
  ...finding,
  detectedAt: '2026-03-09T00:00:00Z',
})

const group = (): Finding[] => {
  const repository = newRepository()
  return [vulnerability({ repository }), accessIssue({ repository }), vulnerability({ repository })]
}

beforeAll(async () => {
  stack = await startProxiedStack({ DATA_STORAGE: 'tables', PSA_API_URL: 'psa' }, () => [requests])
  psa = psaControl(stack.urls.psa, tenantId)
  quiet = await timersOff(stack.urls.functions, [nightlyTimer])
  await stack.restartHost(quiet)
  // Tables are made by the first request of all.
  await fileAll(group())
})

afterAll(async () => {
  await nightlyRun()
  await stack?.stop()
})

describe('functions that are killed while they file a finding', () => {
  it('have made one ticket once the request is repeated, whatever the step', async () => {
    const steps = await stepsOf(() => file(vulnerability()))
    expect(steps.length).toBeGreaterThan(8)
    const moments = momentsOf(steps)
    expect(moments.length).toBeGreaterThan(4)
    // Every step is tried by the crash tests of effects, without a process that is killed.
    for (const { step, side } of isLong ? moments : [...moments.slice(0, 1), afterTicketIn(steps)]) {
      const finding = vulnerability({ title: `Killed ${side} step ${step} of ${steps.length}` })
      await crashAt(finding, step, side)
      const ticket = await file(finding)
      expect(await expectOneTicket(finding)).toMatchObject({ id: ticket.id, title: ticket.title })
    }
  })

  it('have the ticket finished by the nightly run when nobody repeats the request', async () => {
    const steps = await stepsOf(() => file(vulnerability()))
    // PSA makes the ticket, and the two steps after that record it.
    const makes = afterTicketIn(steps).step
    const moments: readonly Moment[] = [
      { step: makes, side: 'after' },
      { step: makes + 2, side: 'after' },
      { step: makes, side: 'before' },
    ]
    const left: Finding[] = []
    const markedBefore = (await markersOf(store(), tenantId)).length
    for (const { step, side } of isLong ? moments : moments.slice(0, 2)) {
      const finding = vulnerability({ title: `Left ${side} step ${step} of ${steps.length}` })
      await crashAt(finding, step, side)
      left.push(finding)
      expect(await markersOf(store(), tenantId)).toHaveLength(markedBefore + left.length)
    }
    await nightlyRun()
    for (const finding of left) await expectOneTicket(finding)
    // Lets the run end, so that none of its steps is taken for one of filing.
    await stack.restartHost(quiet)
  })
})

describe('functions that are killed while they file several findings', () => {
  it('have made one ticket for each repository and type once the request is repeated', async () => {
    const steps = await stepsOf(() => fileAll(group()))
    // After the first ticket of two, unless every moment is tried.
    const moments = isLong ? momentsOf(steps) : [afterTicketIn(steps)]
    // Where it is killed: printed as the counterexample, with the seed, when it fails.
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...moments), async ({ step, side }) => {
        const findings = group()
        await crashAt({ findings }, step, side)
        const results = await fileAll(findings)
        expect(results.map(({ outcome }) => ['created', 'existing'].includes(outcome))).toEqual([true, true, true])
        const [first, second, third] = results.map(({ ticket }) => ticket?.id)
        expect([first, first === second]).toEqual([third, false])
        for (const [index, finding] of findings.entries())
          expect((await expectOneTicket(finding)).id).toBe(results[index]?.ticket?.id)
      }),
      { numRuns: isLong ? 12 : 1, endOnFailure: true },
    )
  })
})

describe('functions that are killed while they note that findings were found again', () => {
  it('have noted it once when the request is repeated, whatever the step after PSA was told', async () => {
    const repository = newRepository()
    const pair = (): Finding[] => [vulnerability({ repository }), vulnerability({ repository })]
    let counted: Finding[] = []
    const steps = await stepsOf(
      () => fileAll(counted.map(detectedAgain)),
      async () => {
        counted = pair()
        await fileAll(counted)
      },
    )
    // Until PSA is told, nothing has been changed that could be doubled.
    const tells = steps.findIndex((request) => /^POST .*\/notes$/.test(request)) + 1
    expect(tells).toBeGreaterThan(1)
    for (const { step, side } of isLong ? momentsOf(steps, tells) : [{ step: tells, side: 'after' } as const]) {
      const findings = pair()
      const id = (await fileAll(findings))[0]?.ticket?.id
      await crashAt({ findings: findings.map(detectedAgain) }, step, side)
      const results = await fileAll(findings.map(detectedAgain))
      expect(results.map((result) => result.ticket?.id)).toEqual([id, id])
      const made = (await psa.tickets()).find((ticket) => ticket.id === id)
      expect([step, side, made?.notes.length]).toEqual([step, side, 1])
      await expectNothingLeft()
    }
  })
})
