import { describe, expect, inject, it } from 'vitest'
import { auditLogTable } from '../../../shared/audit-log/audit-table.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Store } from '../../../shared/store/store.ts'
import { type TestLog, newTestLog, settingsChanged } from './logs.ts'

const connectionString = inject('stack').settings['DATA_STORAGE'] ?? ''
const newLog = (): TestLog => newTestLog(connectionString)

const entriesOf = async ({ store, tenantId }: TestLog) =>
  (await store.open(auditLogTable).entry.list({ tenantId }, { limit: 1_000 })).rows
    .map(({ value }) => value)
    .toReversed()

/** A store whose first transaction in the log is carried out, and answers as if it was not. */
const losingTheFirstAnswer = (store: Store, answer: () => Error): Store => {
  let isLost = false
  return {
    ...store,
    open: (table) => {
      const rows = store.open(table)
      if (table.name !== auditLogTable.name) return rows
      return {
        ...rows,
        transaction: async (operations: Parameters<typeof rows.transaction>[0]) => {
          const written = await rows.transaction(operations)
          if (isLost) return written
          isLost = true
          throw answer()
        },
      }
    },
  }
}

describe('the audit log of a tenant', () => {
  it('keeps what four instances append at once, each record once, in one chain', async () => {
    const log = newLog()
    const instances = [0, 1, 2, 3].map(() => log.instance())
    await Promise.all(
      instances.flatMap((instance, number) =>
        Array.from({ length: 25 }, (_, index) =>
          instance.append(log.tenantId, { ...settingsChanged, subjects: [`${number}-${index}`] }),
        ),
      ),
    )
    const entries = await entriesOf(log)
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
    expect(new Set(entries.map(({ subjects }) => subjects?.[0])).size).toBe(100)
    expect(await log.verify()).toMatchObject({ intact: true, checked: 100 })
  })

  it('writes records that wait together in few transactions', async () => {
    const log = newLog()
    let transactions = 0
    const counting: Store = {
      ...log.store,
      open: (table) => {
        const rows = log.store.open(table)
        return {
          ...rows,
          transaction: (operations: Parameters<typeof rows.transaction>[0]) => {
            transactions += 1
            return rows.transaction(operations)
          },
        }
      },
    }
    const instance = log.instance(counting)
    await Promise.all(Array.from({ length: 100 }, () => instance.append(log.tenantId, settingsChanged)))
    expect(await entriesOf(log)).toHaveLength(100)
    // The first begins alone, the others wait for it.
    expect(transactions).toBeLessThanOrEqual(4)
  })

  it('records once what is told twice, by two instances at once as well', async () => {
    const log = newLog()
    const tell = (instance: ReturnType<TestLog['instance']>) =>
      instance.append(log.tenantId, settingsChanged, 'event-1')
    const [one, other] = [log.instance(), log.instance()]
    await Promise.all([tell(one), tell(one), tell(other)])
    await tell(log.instance())
    expect(await entriesOf(log)).toHaveLength(1)
  })

  it('records once what is told twice while both wait for another record', async () => {
    const log = newLog()
    const instance = log.instance()
    const tell = () => instance.append(log.tenantId, settingsChanged, 'event-1')
    await Promise.all([instance.append(log.tenantId, settingsChanged), tell(), tell(), tell()])
    expect(await entriesOf(log)).toHaveLength(2)
  })

  it.each([['that something was changed', () => new AppError('conflict', 'Changed.')]])(
    'does not record again what was written when the answer is lost and the repetition hears %s',
    async (_, answer) => {
      const log = newLog()
      await log.fill(1)
      await log.instance(losingTheFirstAnswer(log.store, answer)).append(log.tenantId, settingsChanged)
      expect(await entriesOf(log)).toHaveLength(2)
      expect(await log.verify()).toMatchObject({ intact: true })
    },
  )

  it('tells whoever appends when it could not be written, and goes on with the next', async () => {
    const log = newLog()
    let isAway = true
    const failing: Store = {
      ...log.store,
      open: (table) => {
        const rows = log.store.open(table)
        return {
          ...rows,
          transaction: (operations: Parameters<typeof rows.transaction>[0]) => {
            if (isAway) throw new AppError('storage-unavailable', 'Away.')
            return rows.transaction(operations)
          },
        }
      },
    }
    const instance = log.instance(failing)
    await expect(instance.append(log.tenantId, settingsChanged)).rejects.toMatchObject({ code: 'storage-unavailable' })
    isAway = false
    await instance.append(log.tenantId, settingsChanged)
    expect(await entriesOf(log)).toHaveLength(1)
  })

  it('never goes back in time while clocks differ by minutes', async () => {
    const log = newLog()
    await log.fill(1)
    log.clock.now = new Date('2026-11-28T09:56:00Z')
    await log.fill(1)
    expect((await entriesOf(log)).map(({ at }) => at)).toEqual(Array(2).fill('2026-11-28T10:00:00.000Z'))
  })

  it('does not follow a clock that is far ahead, and the verifier says so', async () => {
    const log = newLog()
    log.clock.now = new Date('2030-01-01T00:00:00Z')
    await log.fill(1)
    log.clock.now = new Date('2026-11-28T10:00:00Z')
    expect((await log.verify()).clock).toMatchObject({ aheadSeconds: expect.any(Number) as number })
    await log.fill(2)
    expect((await entriesOf(log)).map(({ at }) => at.slice(0, 10))).toEqual(['2030-01-01', '2026-11-28', '2026-11-28'])
    expect(await log.verify()).toMatchObject({
      intact: true,
      clock: { back: { count: 1, seqs: [2], secondsMax: 97_596_000 } },
    })
  })

  it('tells what hindered the writing, also when it cannot be found out whether it was written', async () => {
    const log = newLog()
    const away = new AppError('conflict', 'Overtaken.')
    const failing: Store = {
      ...log.store,
      open: (table) => {
        const rows = log.store.open(table)
        if (table.name !== auditLogTable.name) return rows
        const gone = async (): Promise<never> => {
          throw new AppError('storage-unavailable', 'Away.')
        }
        return {
          ...rows,
          entry: { ...(rows as { entry?: object }).entry, get: gone },
          transaction: async () => Promise.reject(away),
        }
      },
    }
    await expect(log.instance(failing).append(log.tenantId, settingsChanged)).rejects.toBe(away)
  })

  it('refuses a record that is none', async () => {
    const log = newLog()
    const bad = { ...settingsChanged, facts: { note: 'x'.repeat(600) } }
    await expect(log.instance().append(log.tenantId, bad)).rejects.toMatchObject({ code: 'internal' })
    expect(await entriesOf(log)).toEqual([])
  })
})
