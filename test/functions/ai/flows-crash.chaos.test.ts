// The functions are killed between any two steps of flows that write once into a product: it is told once in the end, or there is an incident.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyPorts } from '../../../local/ports.ts'
import { seed } from '../../../local/seed.ts'
import { type Stack, startStack } from '../../../local/stack.ts'
import { flowRequestTable, flowStartBuckets, flowStartTable } from '../../../shared/flows/flow-request.ts'
import { incidentTable, ownerOfTenant } from '../../../shared/incidents/incident-table.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { timerLeaseTable } from '../../../shared/triggers/timer-lease.ts'
import { eventually } from '../../support/eventually.ts'
import { type Hold, type HoldingProxy, createRequestCount, startHoldingProxy } from '../../support/holding-proxy.ts'
import { sampleSettings, testOverrides } from '../../support/stack-setup.ts'
import { momentsOf, someOf } from '../../support/thoroughness.ts'
import { runTimerUntil } from '../../support/timer-run.ts'
import { type CrashedFlow, type FlowKind, flowKinds } from './crashed-flows.ts'

const startTimer = 'ai-flow-start-timer'

let counted: FlowKind | undefined
const ofEveryFlow = /\/flowRequests\b|\/flowStarts\(P|\/\$batch/
const requests = createRequestCount((_, url) => ofEveryFlow.test(url) || (counted?.steps.test(url) ?? false))

const dataFolder = mkdtempSync(join(tmpdir(), 'flows-crash-'))
let stack: Stack
let proxies: Readonly<Record<'tables' | 'psa' | 'crm' | 'cmdb', HoldingProxy>>
let store: Store

const restart = async (): Promise<void> => {
  const proxied = (name: string): string =>
    (stack.settings[name] ?? '').replaceAll(stack.urls.tables, proxies.tables.url)
  await stack.restartHost({
    DATA_STORAGE: proxied('DATA_STORAGE'),
    AzureWebJobsStorage: proxied('AzureWebJobsStorage'),
    PSA_API_URL: proxies.psa.url,
    CRM_API_URL: proxies.crm.url,
    CMDB_API_URL: proxies.cmdb.url,
  })
}

beforeAll(async () => {
  stack = await startStack({ ports: anyPorts, dataFolder, settings: sampleSettings(), overrides: testOverrides, seed })
  const proxy = (part: 'tables' | 'psa' | 'crm' | 'cmdb') => startHoldingProxy(stack.urls[part], requests)
  proxies = {
    tables: await proxy('tables'),
    psa: await proxy('psa'),
    crm: await proxy('crm'),
    cmdb: await proxy('cmdb'),
  }
  store = createStore({ connectionString: stack.settings['DATA_STORAGE'] ?? '' })
  await restart()
})

afterAll(async () => {
  await stack?.stop()
  await Promise.all(Object.values(proxies ?? {}).map(({ close }) => close()))
  rmSync(dataFolder, { recursive: true, force: true })
})

/** The id of what was accepted, which is that of its request; undefined when nobody heard an answer. */
const answerTo = async ({ ask }: CrashedFlow): Promise<string | undefined> => {
  try {
    const response = await ask()
    return response.ok ? ((await response.json()) as { id: string }).id : undefined
  } catch {
    return undefined
  }
}

/** As whoever asks does: until it is accepted. */
const accepted = async (work: CrashedFlow): Promise<string> =>
  (await eventually(
    () => answerTo(work),
    (id) => id !== undefined,
    60_000,
  )) ?? ''

/** Looked up past the proxies, so that looking is no step. */
const requestOf = async ({ flow }: FlowKind, { tenantId }: CrashedFlow, requestId: string) =>
  (await store.open(flowRequestTable).request.get({ tenantId, flow, requestId }))?.value

const ended = (kind: FlowKind, work: CrashedFlow, id: string) =>
  eventually(
    () => requestOf(kind, work, id),
    (request) => request?.finishedAt !== undefined,
    60_000,
  )

/** What was asked for and not started is started by a timer once it has waited for a minute, which this says it has. */
const startLate = async ({ flow }: FlowKind, { tenantId }: CrashedFlow, requestId: string): Promise<void> => {
  const markers = store.open(flowStartTable).marker
  const since = new Date(Date.now() - 3_600_000).toISOString()
  const key = { bucket: flowStartBuckets.of(tenantId), since, tenantId, flow, requestId }
  await markers.upsert(key)
  // A run that was killed would hold up the next for half a minute.
  await store.open(timerLeaseTable).lease.delete({ timer: startTimer })
  await runTimerUntil(stack.urls.functions, startTimer, async () => (await markers.get(key)) === undefined)
}

/** Never, for what was cut off before anybody heard of it. */
const endOf = async (kind: FlowKind, work: CrashedFlow, answer: Promise<string | undefined>): Promise<void> => {
  const id = await answer
  await (id === undefined ? requests.held() : ended(kind, work, id))
}

/** Kills the functions at that step. @returns whether it was reached: what happens at once is not always the same number of steps */
const crashAt = async (kind: FlowKind, work: CrashedFlow, hold: Hold): Promise<boolean> => {
  requests.begin(hold)
  const answer = answerTo(work)
  const first = await Promise.race([requests.held().then(() => 'held'), endOf(kind, work, answer).then(() => 'ended')])
  requests.begin()
  if (first !== 'held') return false
  await stack.killHost()
  const heard = await answer
  await restart()
  // Whoever was told that it is accepted does nothing more.
  const id = heard ?? (await accepted(work))
  if ((await requestOf(kind, work, id))?.state === 'requested') await startLate(kind, work, id)
  await ended(kind, work, id)
  return true
}

const incidentsOf = async ({ tenantId }: CrashedFlow): Promise<number> => {
  const rows = store.open(incidentTable).incident
  return (await rows.list({ owner: ownerOfTenant(tenantId) }, { limit: 10 })).rows.length
}

/** In an organization of its own. @returns whether the moment was reached */
const expectOne = async (kind: FlowKind, hold: Hold): Promise<boolean> => {
  requests.begin()
  const work = await kind.prepare(stack)
  const isReached = await crashAt(kind, work, hold)
  const [written, incidents] = await Promise.all([work.written(), incidentsOf(work)])
  const told = `killed ${hold.side} ${String(hold.request)}`
  expect(written, told).toBeLessThanOrEqual(1)
  expect(written + incidents, told).toBeGreaterThanOrEqual(1)
  return isReached
}

const stepsOf = async (kind: FlowKind): Promise<readonly string[]> => {
  const work = await kind.prepare(stack)
  requests.begin()
  await ended(kind, work, await accepted(work))
  const steps = requests.seen()
  expect(await work.written()).toBe(1)
  expect(steps.some((request) => kind.telling.test(request))).toBe(true)
  return steps
}

describe.each(flowKinds.map((kind) => [kind.name, kind] as const))('%s whose functions are killed', (_name, kind) => {
  it('has told its product once in the end, or there is an incident', { timeout: 900_000 }, async () => {
    counted = kind
    // Tables are made by the first request of all, and each process reads some things once.
    await stepsOf(kind)
    await restart()
    const steps = await stepsOf(kind)
    // After the last one it is over, for whoever looks.
    const moments = momentsOf(steps).filter(({ step, side }) => step < steps.length || side === 'before')
    const tried = someOf(moments, kind.moments)
    let reached = 0
    for (const { step, side } of tried) if (await expectOne(kind, { request: step, side })) reached += 1
    // The product has it, and nobody has heard so: the moment at which it could be told twice.
    const isTold = await expectOne(kind, { request: kind.telling, side: 'after' })
    console.log(`Killed at ${reached} of ${tried.length} moments of ${steps.length} steps.`)
    expect(isTold).toBe(true)
    expect(reached).toBeGreaterThan(tried.length * 0.7)
  })
})
