// Signals about people in the Defend stand-in, each shown to those who are named in it alone.
import { z } from 'zod'
import { type Route, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import { openJournalIn } from '../../../../local/stand-ins/journal.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import { type Control, controlRoute } from '../../../../local/stand-ins/stand-in-control.ts'
import type { defendContract } from '../operations.ts'
import { DefendInsiderSignal, SignalReference } from '../signal-contract.ts'

const StoredSignal = DefendInsiderSignal.extend({ tenantId: z.string() })
type StoredSignal = z.infer<typeof StoredSignal>

const Change = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('signal'), signal: StoredSignal }),
  z.strictObject({ change: z.literal('reset'), tenantId: z.string().optional() }),
])
type Change = z.infer<typeof Change>

export const openInsiderSignals = (dataFolder: string | undefined) => {
  const { journal, entries } = openJournalIn(dataFolder, 'defend-signals.jsonl', Change)
  const signals = new Map<string, StoredSignal>()
  const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts)
  const list = (tenantId?: string): readonly StoredSignal[] =>
    [...signals.values()].filter((signal) => tenantId === undefined || signal.tenantId === tenantId)
  const apply = (change: Change): void => {
    if (change.change === 'signal')
      signals.set(keyOf(change.signal.tenantId, change.signal.externalReference), change.signal)
    else
      for (const { tenantId, externalReference } of list(change.tenantId))
        signals.delete(keyOf(tenantId, externalReference))
  }
  for (const change of entries) apply(change)
  const record = (change: Change): void => {
    journal.append(change)
    apply(change)
  }

  return {
    find: (tenantId: string, externalReference: string): StoredSignal | undefined =>
      signals.get(keyOf(tenantId, externalReference)),
    create: (tenantId: string, signal: DefendInsiderSignal): void =>
      record({ change: 'signal', signal: { ...signal, tenantId } }),
    list,
    reset: (tenantId?: string): void => record({ change: 'reset', ...(tenantId !== undefined && { tenantId }) }),
    close: (): void => journal.close(),
  }
}
export type InsiderSignals = ReturnType<typeof openInsiderSignals>

export const signalAnswers = (
  signals: InsiderSignals,
): Pick<Answers<typeof defendContract>, 'createInsiderSignal' | 'listInsiderSignals'> => ({
  createInsiderSignal: ({ tenantId, body: signal }) => {
    const { externalReference } = signal
    if (signals.find(tenantId, externalReference))
      return problem(409, 'A signal has this external reference', { signal: { externalReference } })
    signals.create(tenantId, signal)
    return { status: 201, body: { externalReference } }
  },
  listInsiderSignals: ({ tenantId, query }) =>
    validated(z.strictObject({ externalReference: SignalReference }), Object.fromEntries(query), (wanted) => ({
      status: 200,
      body: { signals: signals.find(tenantId, wanted.externalReference) ? [wanted] : [] },
    })),
})

export const signalControl = (signals: InsiderSignals): readonly Route<Control>[] => [
  controlRoute('GET', '/_control/insider-signals', ({ tenantId }) => ({
    status: 200,
    body: { signals: signals.list(tenantId) },
  })),
  /** What Defend shows this user. */
  controlRoute('GET', '/_control/insider-signals/seen-by/:userId', ({ tenantId, params }) => ({
    status: 200,
    body: { signals: signals.list(tenantId).filter(({ audience }) => audience.includes(params['userId'] ?? '')) },
  })),
]
