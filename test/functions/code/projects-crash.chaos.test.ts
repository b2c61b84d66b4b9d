// The functions are killed between any two steps of making a project, and at random under load: each recommendation ends as one project.
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Accepted, Project, Projects } from '../../../functions/code/projects/contract.ts'
import { projectFlowName } from '../../../functions/code/projects/flow-name.ts'
import { projectIdOf, referenceOf } from '../../../functions/code/projects/project-table.ts'
import type { Recommendation } from '../../../functions/code/projects/recommendation.ts'
import { requestIdOf } from '../../../shared/flows/attempts.ts'
import { hubTenants } from '../../../shared/peers/hub/stand-in/people.ts'
import { flowRequestTable, flowStartBuckets, flowStartTable } from '../../../shared/flows/flow-request.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { timerLeaseTable } from '../../../shared/triggers/timer-lease.ts'
import { newClient } from '../../support/browser-client.ts'
import { eventually } from '../../support/eventually.ts'
import { type Side, createRequestCount } from '../../support/holding-proxy.ts'
import { type ProxiedStack, startProxiedStack } from '../../support/proxied-stack.ts'
import { type PsaControl, psaControl } from '../../support/psa-control.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { type Moment, isLong, momentsOf } from '../../support/thoroughness.ts'
import { runTimerUntil } from '../../support/timer-run.ts'
import { recommendation } from './projects/projecting.ts'

const tenantId = hubTenants[0]?.id ?? ''
const startTimer = 'code-flow-start-timer'

const projectCount = isLong ? 50 : 6

/** What the functions ask for to make a project. Timers, and who the caller is, are no steps of it. */
const ownSteps =
  /\/(?:codeProjects|codeClientMappings|clients|tenantSettings|flowRequests)\b|\/flowStarts\(P|\/\$batch|\/v1\/projects/
/** Under load it is also killed while the host keeps how far the orchestrations are. */
let isAnyCounted = false
const requests = createRequestCount((_, url) => isAnyCounted || ownSteps.test(url))

let stack: ProxiedStack
let psa: PsaControl
let store: Store

const client = () => newClient(stack.urls, { 'x-integration-key': stack.integrationKey })
const post = (body: unknown): Promise<Response> => client().send('POST', '/api/code/projects', body)

/** `accepted`, or in words why nobody knows whether it was. */
const answerTo = async (given: Recommendation): Promise<string> => {
  try {
    const response = await post(given)
    // 200 for one that was accepted before, when nobody heard it, and is finished by now.
    if (!response.ok) return `${response.status} ${await response.text()}`
    Accepted.parse(await response.json())
    return 'accepted'
  } catch {
    return 'cut off'
  }
}

/** As whoever hands it in does: until it is accepted. */
const handIn = (given: Recommendation): Promise<string> =>
  eventually(
    () => answerTo(given),
    (answer) => answer === 'accepted',
    60_000,
  )

const idOf = ({ recommendationId }: Recommendation): string => projectIdOf(tenantId, recommendationId)

/** Looked up past the proxies, so that looking is no step. */
const stateOf = async (given: Recommendation): Promise<string | undefined> => {
  const requestId = requestIdOf(idOf(given), 1)
  return (await store.open(flowRequestTable).request.get({ tenantId, flow: projectFlowName, requestId }))?.value.state
}

const completed = (given: Recommendation) =>
  eventually(
    () => stateOf(given),
    (state) => state === 'completed',
    30_000,
  )

/** Every moment in a long run; otherwise asked for and not started, and made by PSA with nobody who heard so. */
const triedOf = (steps: readonly string[]): readonly Moment[] => {
  if (isLong) return momentsOf(steps)
  return [/^POST .*\/flowRequests$/, /^POST \/v1\/projects$/].map((kind) => {
    const step = steps.findIndex((request) => kind.test(request)) + 1
    expect(step).toBeGreaterThan(1)
    return { step, side: 'after' } as const
  })
}

/** What was asked for and not started is started by a timer once it has waited for a minute, which this says it has. */
const startLate = async (late: readonly Recommendation[]): Promise<void> => {
  const markers = store.open(flowStartTable).marker
  const bucket = flowStartBuckets.of(tenantId)
  const since = new Date(Date.now() - 3_600_000).toISOString()
  const keys = late.map((given) => ({
    bucket,
    since,
    tenantId,
    flow: projectFlowName,
    requestId: requestIdOf(idOf(given), 1),
  }))
  for (const key of keys) await markers.upsert(key)
  // A run that was killed would hold up the next for half a minute.
  await store.open(timerLeaseTable).lease.delete({ timer: startTimer })
  await runTimerUntil(stack.urls.functions, startTimer, async () => {
    const left = await Promise.all(keys.map((key) => markers.get(key)))
    return left.every((marker) => marker === undefined)
  })
}

const expectOneProject = async (given: Recommendation): Promise<void> => {
  const made = (await psa.projects()).filter(({ externalReference }) => externalReference === referenceOf(idOf(given)))
  expect(made).toHaveLength(1)
  const shown = Project.parse(await (await client().fetch(`/api/code/projects/${idOf(given)}`)).json())
  expect(shown).toMatchObject({ state: 'completed', attempt: 1, psaProject: { id: made[0]?.id, live: true } })
}

beforeAll(async () => {
  const behind = { DATA_STORAGE: 'tables', AzureWebJobsStorage: 'tables', PSA_API_URL: 'psa' } as const
  stack = await startProxiedStack(behind, () => [requests])
  psa = psaControl(stack.urls.psa, tenantId)
  store = createStore({ connectionString: stack.settings['DATA_STORAGE'] ?? '' })
  // Tables are made by the first request of all.
  const first = recommendation()
  await handIn(first)
  await completed(first)
})

afterAll(() => stack?.stop())

describe('functions that are killed while they make a project', () => {
  /** Kills them at that step. @returns whether it was reached: what happens at once is not always the same number of steps */
  const crashAt = async (given: Recommendation, step: number, side: Side): Promise<boolean> => {
    requests.begin({ request: step, side })
    const answer = answerTo(given)
    const first = await Promise.race([
      requests.held().then(() => 'held'),
      answer.then(() => completed(given)).then(() => 'completed'),
    ])
    requests.begin()
    if (first !== 'held') return false
    await stack.killHost()
    const wasAccepted = (await answer) === 'accepted'
    await stack.restartHost()
    // Whoever was told that it is accepted does nothing more.
    if (!wasAccepted) await handIn(given)
    if ((await stateOf(given)) === 'requested') await startLate([given])
    return true
  }

  it('have made one project, whatever the step', { timeout: 400_000 }, async () => {
    requests.begin()
    const counted = recommendation()
    await handIn(counted)
    await completed(counted)
    const steps = requests.seen()
    for (const path of ['POST /v1/projects', 'GET /v1/projects?'])
      expect(steps.some((request) => request.startsWith(path))).toBe(true)
    const moments = triedOf(steps)
    expect(moments.length).toBeGreaterThan(1)
    let reached = 0
    for (const { step, side } of moments) {
      const given = recommendation({ title: `Killed ${side} step ${step} of ${steps.length}` })
      if (await crashAt(given, step, side)) reached += 1
      await completed(given)
      await expectOneProject(given)
    }
    console.log(`Killed at ${reached} of ${moments.length} moments of ${steps.length} steps.`)
    expect(reached).toBeGreaterThan(moments.length * 0.7)
  })
})

describe(`${projectCount} projects, while the functions are killed and PSA fails one call in five`, () => {
  const killsMax = isLong ? 12 : 2
  const chaosSeed = Number(process.env['CHAOS_SEED'] ?? randomInt(1e9))

  it(`are ${projectCount} projects, none twice (CHAOS_SEED=${chaosSeed})`, { timeout: 300_000 }, async () => {
    const random = seededRandom(chaosSeed)
    const before = (await psa.projects()).length
    await psa.setFaults(
      { kind: 'commit-then-status', operation: 'createProject', probability: 0.1, seed: chaosSeed },
      { kind: 'status', status: 503, probability: 0.1, seed: chaosSeed + 1 },
      { kind: 'reset-connection', probability: 0.05, seed: chaosSeed + 2 },
    )
    const all = Array.from({ length: projectCount }, () => recommendation())
    const waiting = [...all]
    const handInAll = async (): Promise<void> => {
      for (let next = waiting.pop(); next; next = waiting.pop()) await handIn(next)
    }
    isAnyCounted = true
    const handedIn = Promise.all([1, 2, 3, 4, 5].map(handInAll))
    const states = async () => Promise.all(all.map(stateOf))
    const isOver = (seen: readonly (string | undefined)[]): boolean => seen.every((state) => state === 'completed')
    let kills = 0
    const until = Date.now() + 120_000
    while (kills < killsMax && Date.now() < until && !isOver(await states())) {
      requests.begin({ request: 1 + random.below(80), side: random.pick(['before', 'after']) })
      const isHeld = await Promise.race([requests.held().then(() => true), sleep(5_000, false)])
      requests.begin()
      // So few requests while steps wait for their next try: look again.
      if (!isHeld) continue
      await stack.killHost()
      await stack.restartHost()
      kills += 1
    }
    isAnyCounted = false
    console.log(`The host was killed ${kills} times, with CHAOS_SEED=${chaosSeed}.`)
    expect(kills).toBeGreaterThan(killsMax / 4)
    await handedIn
    const seen = await states()
    const late = all.filter((_, index) => seen[index] === 'requested')
    if (late.length > 0) await startLate(late)
    await eventually(states, isOver, 120_000)
    await psa.clearFaults()
    const made = (await psa.projects()).slice(before)
    expect(made.map(({ externalReference }) => externalReference).toSorted()).toEqual(
      all.map((given) => referenceOf(idOf(given))).toSorted(),
    )
    const listed = Projects.parse(await (await client().fetch(`/api/code/projects?limit=${projectCount}`)).json())
    expect(listed.projects.map(({ id }) => id).toSorted()).toEqual(all.map(idOf).toSorted())
    expect(new Set(listed.projects.map(({ psaProject }) => psaProject?.id)).size).toBe(projectCount)
  })
})
