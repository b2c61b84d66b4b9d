// The functions are killed at the moments of flows that leave different things behind: their product is told once in the end, or there is an incident.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Side, createRequestCount } from '../../support/holding-proxy.ts'
import { type CrashedFlow, type FlowKind, flowKinds } from './crashed-flows.ts'
import { type FlowCrashStage, accepted, answerTo, startFlowCrashStage } from './flow-crash-stage.ts'

/** Each flow runs beside the others, and is held at its own request. */
const counted = flowKinds.map((kind) => {
  const ofKind = new RegExp(`flowRequests\\(.*!${kind.flow}!|${kind.steps.source}`)
  return { kind, requests: createRequestCount((_, url) => ofKind.test(url)) }
})

let stage: FlowCrashStage
beforeAll(async () => {
  stage = await startFlowCrashStage((part) =>
    counted.filter(({ kind }) => [kind.product, 'tables'].includes(part)).map(({ requests }) => requests),
  )
})
afterAll(() => stage?.stop())

type Moment = {
  readonly when: string
  readonly side: Side
  /** The first request of this kind is the moment; undefined for a flow that is not tried at it. */
  readonly requestOf: (kind: FlowKind) => RegExp | undefined
}

const moments: readonly Moment[] = [
  {
    when: 'once it is started, before anybody has noted so',
    side: 'before',
    // A message is given out again half a minute after a kill.
    requestOf: ({ isAskedByMessage }) => (isAskedByMessage ? undefined : /^PUT .*\/flowRequests\(/),
  },
  { when: 'half-way, once a part of the work is kept', side: 'after', requestOf: ({ keeping }) => keeping },
  { when: 'once the product has it, and nobody has heard so', side: 'after', requestOf: ({ telling }) => telling },
]

describe.each(moments)('flows whose functions are killed $when', ({ when, side, requestOf }) => {
  const tried = counted.flatMap(({ kind, requests }) => {
    const request = requestOf(kind)
    return request ? [{ kind, requests, request }] : []
  })
  const works = new Map<FlowKind, CrashedFlow>()

  beforeAll(async () => {
    for (const { kind } of tried) works.set(kind, await kind.prepare(stage))
    const all = tried.map((each) => ({ ...each, work: works.get(each.kind) as CrashedFlow }))
    const answers = all.map(({ work, requests, request }) => {
      requests.begin({ request, side })
      return answerTo(work)
    })
    await Promise.all(all.map(({ requests }) => requests.held()))
    for (const { requests } of counted) requests.begin()
    await stage.killHost()
    const heard = await Promise.all(answers)
    await stage.restartHost()
    // Whoever was told that it is accepted does nothing more.
    const asked = all.map(async ({ kind, work }, index) => ({ kind, work, id: heard[index] ?? (await accepted(work)) }))
    await stage.goOn(await Promise.all(asked))
  })

  it.each(tried)('$kind.name has told its product once in the end, or there is an incident', async ({ kind }) => {
    const work = works.get(kind)
    expect(work).toBeDefined()
    if (work) await stage.expectOneTold({ work }, when)
  })
})
