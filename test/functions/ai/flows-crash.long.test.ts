// The functions are killed between any two steps of flows that write once into a product: it is told once in the end, or there is an incident.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hold, createRequestCount } from '../../support/holding-proxy.ts'
import { momentsOf } from '../../support/thoroughness.ts'
import { type FlowKind, flowKinds } from './crashed-flows.ts'
import {
  type Asked,
  type FlowCrashStage,
  accepted,
  answerTo,
  ofEveryFlow,
  startFlowCrashStage,
} from './flow-crash-stage.ts'

let counted: FlowKind | undefined
const requests = createRequestCount((_, url) => ofEveryFlow.test(url) || (counted?.steps.test(url) ?? false))

let stage: FlowCrashStage
beforeAll(async () => {
  stage = await startFlowCrashStage(() => [requests])
})
afterAll(() => stage?.stop())

/** Never, for what was cut off before anybody heard of it. */
const endOf = async (asked: Omit<Asked, 'id'>, answer: Promise<string | undefined>): Promise<void> => {
  const id = await answer
  await (id === undefined ? requests.held() : stage.ended({ ...asked, id }))
}

/** Kills the functions at that step. @returns whether it was reached: what happens at once is not always the same number of steps */
const crashAt = async (asked: Omit<Asked, 'id'>, hold: Hold): Promise<boolean> => {
  requests.begin(hold)
  const answer = answerTo(asked.work)
  const first = await Promise.race([requests.held().then(() => 'held'), endOf(asked, answer).then(() => 'ended')])
  requests.begin()
  if (first !== 'held') return false
  await stage.killHost()
  const heard = await answer
  await stage.restartHost()
  // Whoever was told that it is accepted does nothing more.
  await stage.goOn([{ ...asked, id: heard ?? (await accepted(asked.work)) }])
  return true
}

/** In an organization of its own. @returns whether the moment was reached */
const expectOne = async (kind: FlowKind, hold: Hold): Promise<boolean> => {
  requests.begin()
  const work = await kind.prepare(stage)
  const isReached = await crashAt({ kind, work }, hold)
  await stage.expectOneTold({ work }, `killed ${hold.side} ${String(hold.request)}`)
  return isReached
}

const stepsOf = async (kind: FlowKind): Promise<readonly string[]> => {
  const work = await kind.prepare(stage)
  requests.begin()
  await stage.ended({ kind, work, id: await accepted(work) })
  const steps = requests.seen()
  expect(await work.written()).toBe(1)
  expect(steps.some((request) => kind.telling.test(request))).toBe(true)
  return steps
}

describe.each(flowKinds.map((kind) => [kind.name, kind] as const))('%s whose functions are killed', (_name, kind) => {
  it('at any step has told its product once in the end, or there is an incident', { timeout: 1_800_000 }, async () => {
    counted = kind
    // Tables are made by the first request of all, and each process reads some things once.
    await stepsOf(kind)
    await stage.restartHost()
    const steps = await stepsOf(kind)
    // After the last one it is over, for whoever looks.
    const moments = momentsOf(steps).filter(({ step, side }) => step < steps.length || side === 'before')
    let reached = 0
    for (const { step, side } of moments) if (await expectOne(kind, { request: step, side })) reached += 1
    console.log(`Killed at ${reached} of ${moments.length} moments of ${steps.length} steps.`)
    expect(reached).toBeGreaterThan(moments.length * 0.7)
  })
})
