// Calls that are over, closed together: what waits, what does not, and what becomes of the others when one of them cannot be closed.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type AiReservation, aiCallTable } from '../../../../shared/ai/ledger/ai-call-table.ts'
import { closingOperations, closingsAtOnce, lostCallOf } from '../../../../shared/ai/ledger/closing.ts'
import { closeLostCalls } from '../../../../shared/ai/ledger/lost-calls.ts'
import type { Admission, AiAdmissions } from '../../../../shared/ai/limits/admissions.ts'
import { type Row, type Store, createStore } from '../../../../shared/store/store.ts'
import { type TestAzurite, startAzurite } from '../../../support/azurite.ts'
import { eventually } from '../../../support/eventually.ts'
import { type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts'
import { admitAll, booksOf, done, instanceOf, newTenant, quick, requestOf } from './ai-stage.ts'

let azurite: TestAzurite
let proxy: FaultProxy
/** Without faults. */
let store: Store
/** What is over waits for ever in it, unless there is a reason to close it. */
let instance: AiAdmissions
beforeAll(async () => {
  azurite = await startAzurite()
  proxy = await startFaultProxy(/TableEndpoint=(http:\/\/[^/;]+)/.exec(azurite.connectionString)?.[1] ?? '')
  store = createStore({ connectionString: azurite.connectionString })
})
afterAll(async () => {
  await proxy.close()
  await azurite.stop()
})
beforeEach(() => {
  const connectionString = azurite.connectionString.replace(/(TableEndpoint=)http:\/\/[^/;]+/, `$1${proxy.url}`)
  const through = createStore({ connectionString }, { deadlineMs: 1_500 })
  instance = instanceOf(through, { timings: { ...quick, leaseMs: 600_000, idleMs: 600_000, closeEveryMs: 3_600_000 } })
})
afterEach(async () => {
  proxy.decide = () => 'pass'
  await instance.close()
})

const plenty = { requestsPerMinute: 1_000, tokensPerMinute: 1_000_000, tokensPerDay: 1_000_000, concurrency: 100 }

const admitted = async (tenantId: string, count: number): Promise<readonly Admission[]> => {
  const tried = await admitAll(
    instance,
    Array.from({ length: count }, () => requestOf(tenantId)),
  )
  expect(tried.refused).toEqual([])
  return tried.admitted
}

/** The first is closed at once; the others wait. */
const settled = async ([first, ...others]: readonly Admission[]): Promise<readonly Promise<void>[]> => {
  await first?.settle(done)
  return others.map((admission) => admission.settle(done))
}

const outcomesOf = async (tenantId: string): Promise<readonly string[]> => {
  const { open, calls, sums } = await booksOf(store, tenantId)
  expect(open).toEqual([])
  const counted = sums.filter(({ userId }) => userId === '').reduce((sum, one) => sum + one.calls, 0)
  expect(counted).toBe(calls.length)
  return calls.map(({ outcome }) => outcome).toSorted()
}

it('are closed in one transaction when the process is asked to end, and what was leased is given back', async () => {
  const tenantId = await newTenant(store, plenty)
  const waiting = await settled(await admitted(tenantId, 6))
  expect((await booksOf(store, tenantId)).open).toHaveLength(5)
  let batches = 0
  proxy.decide = (_method, url) => {
    if (url.includes('$batch')) batches += 1
    return 'pass'
  }
  await instance.close()
  await Promise.all(waiting)
  expect(await outcomesOf(tenantId)).toEqual(Array(6).fill('done'))
  expect((await booksOf(store, tenantId)).leases).toEqual([])
  // One closes five calls, the other ends the lease.
  expect(batches).toBe(2)
})

it('are closed without waiting once they fill a transaction', async () => {
  const tenantId = await newTenant(store, plenty)
  await Promise.all(await settled(await admitted(tenantId, 1 + closingsAtOnce)))
  expect(await outcomesOf(tenantId)).toHaveLength(1 + closingsAtOnce)
})

it('give back what they have not used before anybody is refused for want of it', async () => {
  const tenantId = await newTenant(store, { ...plenty, tokensPerDay: 1_000 })
  // 100 tokens each, of which 30 are used.
  void (await settled(await admitted(tenantId, 10)))
  expect((await booksOf(store, tenantId)).open).toHaveLength(9)
  await admitted(tenantId, 7)
  expect((await admitAll(instance, [requestOf(tenantId)])).refused).toEqual(['ai-limit-reached tokens-per-day'])
})

it.each([
  ['too much', 1e12, 20, { promptTokens: 400, completionTokens: 0 }],
  ['no number', Number.NaN, 20, { promptTokens: 100, completionTokens: 0 }],
  ['less than nothing', -5, 20, { promptTokens: 100, completionTokens: 0 }],
])(
  'leave the tenant its day when a provider says %s, and are charged all the same',
  async (_, promptTokens, completionTokens, charged) => {
    const tenantId = await newTenant(store, { ...plenty, tokensPerDay: 1_000 })
    const [first] = await admitted(tenantId, 1)
    await first?.settle({ ...done, promptTokens, completionTokens })
    expect((await booksOf(store, tenantId)).calls).toMatchObject([{ ...charged, isEstimated: true }])
    await admitted(tenantId, (1_000 - charged.promptTokens) / 100)
    expect((await admitAll(instance, [requestOf(tenantId)])).refused).toEqual(['ai-limit-reached tokens-per-day'])
  },
)

it('are closed although somebody else has closed one of them, which is counted once', async () => {
  const tenantId = await newTenant(store, plenty)
  const admissions = await admitted(tenantId, 4)
  const waiting = await settled(admissions)
  const table = store.open(aiCallTable)
  const reservation = (await table.reservation.get({
    tenantId,
    callId: admissions[2]?.callId ?? '',
  })) as Row<AiReservation>
  const closing = { reservation, call: lostCallOf(reservation.value, new Date()) }
  await table.transaction(await closingOperations(store, [closing], 'other'))
  await instance.close()
  await Promise.all(waiting)
  expect(await outcomesOf(tenantId)).toEqual(['done', 'done', 'done', 'lost'])
})

it('are closed without a trace when their caller left while they were being written down', async () => {
  const tenantId = await newTenant(store, plenty)
  const caller = new AbortController()
  let batches = 0
  // The first begins a lease, the second opens the call, the third closes it.
  proxy.decide = (_method, url) => {
    if (url.includes('$batch') && (batches += 1) === 2) caller.abort(new Error('left'))
    return 'pass'
  }
  await expect(instance.admit(requestOf(tenantId, { signal: caller.signal }))).rejects.toThrow('left')
  const books = await eventually(
    () => booksOf(store, tenantId),
    ({ open }) => batches > 2 && open.length === 0,
    15_000,
  )
  expect(books).toMatchObject({ calls: [], sums: [] })
})

/** The store, and what happens in it once the first of the lists is read. */
const storeWhere = (happens: () => Promise<unknown>): Store => {
  const table = store.open(aiCallTable)
  let once: Promise<unknown> | undefined
  const watched = <Rows extends { each: (...given: never[]) => AsyncIterable<unknown> }>(rows: Rows): Rows => ({
    ...rows,
    each: async function* (...given: never[]) {
      yield* rows.each(...given)
      await (once ??= happens())
    },
  })
  const opened = { ...table, reservation: watched(table.reservation), lease: watched(table.lease) }
  return { ...store, open: () => opened as never }
}

it('are not lost when they begin while those of dead processes are looked for', async () => {
  const tenantId = await newTenant(store, plenty)
  await admitted(tenantId, 1)
  const other = instanceOf(store)
  const admissions: Admission[] = []
  const meanwhile = storeWhere(async () => admissions.push(await other.admit(requestOf(tenantId))))
  const signal = new AbortController().signal
  const { closed } = await closeLostCalls({ store: meanwhile, now: () => new Date(), signal }, tenantId)
  const { open, calls } = await booksOf(store, tenantId)
  expect([admissions.length, closed, open.length, calls]).toEqual([1, 0, 2, []])
  await admissions[0]?.cancel()
  await other.close()
})

it('are once in the ledger when the answer to their closing was lost', async () => {
  const tenantId = await newTenant(store, plenty)
  const waiting = await settled(await admitted(tenantId, 4))
  let cuts = 0
  proxy.decide = (_method, url) => (url.includes('$batch') && (cuts += 1) <= 1 ? 'cut' : 'pass')
  await instance.close()
  await Promise.all(waiting)
  expect(await outcomesOf(tenantId)).toEqual(Array(4).fill('done'))
})

it('are lost when their process is taken for dead before they are closed, and stay so when it comes back', async () => {
  const tenantId = await newTenant(store, plenty)
  const waiting = await settled(await admitted(tenantId, 4))
  proxy.decide = () => 'refuse'
  const sweeper = instanceOf(store)
  const signal = new AbortController().signal
  await eventually(
    async () => {
      await sweeper.endDeadLeases(tenantId)
      return closeLostCalls({ store, now: () => new Date(), signal }, tenantId)
    },
    ({ open }) => open === 0,
    30_000,
  )
  proxy.decide = () => 'pass'
  await instance.close()
  await Promise.all(waiting)
  expect(await outcomesOf(tenantId)).toEqual(['done', 'lost', 'lost', 'lost'])
})
