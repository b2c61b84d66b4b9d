// Tells Defend of a signal, exactly once, for those whom People lets see it, and for nobody else.
import type { RecordDefinition } from '../../../shared/effects/effect-row.ts'
import { makeRecord } from '../../../shared/effects/record.ts'
import { sweep } from '../../../shared/effects/sweep.ts'
import type { DefendClient } from '../../../shared/peers/defend/client.ts'
import { DefendInsiderSignal, type DefendSignalReceipt } from '../../../shared/peers/defend/signal-contract.ts'
import type { Sealing } from '../../../shared/secrets/sealing.ts'
import type { Services } from '../../../shared/services.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { resolveSettings } from '../../../shared/tenants/tenant-settings.ts'
import { signalIncident } from './incidents.ts'
import { type SignalRow, insiderSignalTable, signalRefOf, unfinishedSignals } from './signal-table.ts'
import { type Signal, dateOf } from './work-history.ts'

type Who = { readonly tenantId: string; readonly userId: string }

/** Repeating it finishes what was begun. `unseen`: People lets nobody see it, or has nobody of this id; it goes nowhere. */
export const tellSignal = async (
  services: Services,
  { tenantId, userId }: Who,
  { day, reasons }: Signal,
): Promise<'told' | 'unseen'> => {
  const ref = signalRefOf(tenantId, userId, day)
  const rows = services.store().open(insiderSignalTable).signal
  const known = await rows.get({ tenantId, ref })
  if (known) return settle(services, known.value)
  // Never the person: a signal that they see is a warning to them.
  const allowed = (await (await services.people()).readSignalAudience(tenantId, userId)) ?? []
  const audience = allowed.filter((id) => id !== userId)
  if (audience.length === 0) {
    log.info('ai.insider_signal.unseen', { tenantId, ref })
    return 'unseen'
  }
  const signal = DefendInsiderSignal.parse({ externalReference: ref, userId, day: dateOf(day), reasons, audience })
  const draft = await (await services.sealing()).seal(tenantId, recordOf(ref), JSON.stringify(signal))
  const createdAt = services.now().toISOString()
  await unfinishedSignals.mark(services.store(), { tenantId, ref, createdAt }, services.now())
  const begun = { tenantId, ref, userId, createdAt, state: 'begun' as const, draft }
  const { value } = await rows.modify({ tenantId, ref }, (current) => current ?? begun)
  return settle(services, value)
}

const recordOf = (ref: string): string => `insider-signal/${ref}`

type Peer = { readonly defend: DefendClient; readonly sealing: Sealing }

const signalRecord: Omit<RecordDefinition<SignalRow, string, object, Peer, DefendSignalReceipt>, 'readMany'> = {
  name: 'ai.insider_signal',
  rows: (store) => store.open(insiderSignalTable).signal,
  find: ({ defend }, tenantId, ref) => defend.findInsiderSignal(tenantId, ref),
  create: async ({ peer: { defend, sealing } }, { tenantId, ref }, draft) => {
    const signal = DefendInsiderSignal.parse(JSON.parse(await sealing.open(tenantId, recordOf(ref), draft)))
    const { outcome, receipt } = await defend.createInsiderSignal(tenantId, signal)
    return { thing: receipt, isNew: outcome === 'created' }
  },
  seen: () => ({}),
}

/** One that was begun before the organization switched it off goes nowhere. */
const settle = async (services: Services, row: SignalRow): Promise<'told' | 'unseen'> => {
  const store = services.store()
  const { tenantId, ref, createdAt } = row
  const marker = await unfinishedSignals.mark(store, { tenantId, ref, createdAt }, services.now())
  const { insiderSignals, aiOptOut } = await resolveSettings(store, tenantId)
  const isWanted = insiderSignals && !aiOptOut
  if (isWanted || row.state === 'made') {
    const [defend, sealing] = await Promise.all([services.defend(), services.sealing()])
    await makeRecord(signalRecord, { store, peer: { defend, sealing }, now: services.now }, row)
  } else await store.open(insiderSignalTable).signal.delete({ tenantId, ref })
  await unfinishedSignals.clear(store, marker)
  return isWanted || row.state === 'made' ? 'told' : 'unseen'
}

export const sweepSignals = (services: Services, signal: AbortSignal): Promise<void> =>
  sweep(
    {
      name: 'ai.insider_signal',
      pending: unfinishedSignals,
      ...signalIncident,
      operation: 'finish insider signals at night',
    },
    async ({ value: { tenantId, ref } }) => {
      const row = await services.store().open(insiderSignalTable).signal.get({ tenantId, ref })
      if (row?.value.state !== 'begun') return false
      await settle(services, row.value)
      return true
    },
    services,
    signal,
  )
