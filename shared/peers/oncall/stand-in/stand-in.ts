// Stand-in of The One On-Call on the contract of this suite: it keeps alerts, and fails on request the way real peers do.
import { createFaults } from '../../../../local/stand-ins/faults.ts'
import { refuseNoKeys } from '../../../../local/stand-ins/integration-key.ts'
import { keyControl, operationNames } from '../../../../local/stand-ins/key-registration.ts'
import { openKeyRegistry } from '../../../../local/stand-ins/key-registry.ts'
import { openJournalIn } from '../../../../local/stand-ins/journal.ts'
import { answerKeyed } from '../../../../local/stand-ins/keyed-contract.ts'
import { createRequestCounts } from '../../../../local/stand-ins/request-counts.ts'
import { type RunningStandIn, startStandIn } from '../../../../local/stand-ins/stand-in.ts'
import type { StandInOptions } from '../../../../local/stand-ins/stand-ins.ts'
import { onCallContract } from '../operations.ts'
import { onCallAnswers } from './answers.ts'
import { createOnCallControl } from './control.ts'
import { onCallPage } from './page.ts'
import { OnCallChange, createOnCallAlerts } from './state.ts'

/** Its keys are good for every tenant; it keeps alerts. Nobody is called. */
export const start = async ({
  port,
  keys,
  registrationKeys = [],
  dataFolder,
}: StandInOptions): Promise<RunningStandIn> => {
  refuseNoKeys('On-Call', keys)
  const registry = openKeyRegistry({ name: 'oncall', keys, registrationKeys, dataFolder })
  const { journal, entries } = openJournalIn(dataFolder, 'oncall.jsonl', OnCallChange)
  const parts = {
    alerts: createOnCallAlerts(journal, entries),
    faults: createFaults(operationNames(onCallContract)),
    counts: createRequestCounts(),
  }
  return startStandIn({
    name: 'On-Call',
    port,
    portSetting: 'LOCAL_ONCALL_PORT',
    control: [...createOnCallControl(parts), ...keyControl(registry)],
    answer: answerKeyed({
      ...parts,
      contract: onCallContract,
      answers: onCallAnswers(parts.alerts),
      registry,
      page: (pathname) => (pathname === '/' ? onCallPage(parts.alerts.list()) : undefined),
    }),
    close: () => {
      journal.close()
      registry.close()
    },
  })
}
