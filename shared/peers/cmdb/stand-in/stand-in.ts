// Stand-in of The One CMDB on the contract of this suite: it keeps assets, and fails on request the way real peers do.
import { cmdbContract } from '../operations.ts'
import { createCmdbControl } from './control.ts'
import { cmdbPage } from './page.ts'
import { cmdbEnrichmentAnswers } from './enrichment-answers.ts'
import { openCmdbEnrichments } from './enrichments.ts'
import { cmdbAnswers } from './answers.ts'
import { cmdbKinds, cmdbViewAnswers } from './view-answers.ts'
import { CmdbChange, createCmdbAssets } from './state.ts'
import { recordPage } from '../../../../local/stand-ins/record-page.ts'
import { openViews } from '../../../../local/stand-ins/views.ts'
import { createFaults } from '../../../../local/stand-ins/faults.ts'
import { refuseNoKeys } from '../../../../local/stand-ins/integration-key.ts'
import { keyControl, operationNames } from '../../../../local/stand-ins/key-registration.ts'
import { openKeyRegistry } from '../../../../local/stand-ins/key-registry.ts'
import { openJournalIn } from '../../../../local/stand-ins/journal.ts'
import { answerKeyed } from '../../../../local/stand-ins/keyed-contract.ts'
import { createRequestCounts } from '../../../../local/stand-ins/request-counts.ts'
import { type RunningStandIn, startStandIn } from '../../../../local/stand-ins/stand-in.ts'
import type { StandInOptions } from '../../../../local/stand-ins/stand-ins.ts'

export type RunningCmdb = RunningStandIn

/** Its keys are good for every tenant; it keeps assets. */
export const start = async ({
  port,
  keys,
  registrationKeys = [],
  dataFolder,
}: StandInOptions): Promise<RunningCmdb> => {
  refuseNoKeys('CMDB', keys)
  const registry = openKeyRegistry({ name: 'cmdb', keys, registrationKeys, dataFolder })
  const { journal, entries } = openJournalIn(dataFolder, 'cmdb.jsonl', CmdbChange)
  const parts = {
    assets: createCmdbAssets(journal, entries),
    enrichments: openCmdbEnrichments(dataFolder),
    faults: createFaults(operationNames(cmdbContract)),
    counts: createRequestCounts(),
    baseUrl: (): string => running.url,
    views: openViews('cmdb', cmdbKinds, { dataFolder, baseUrl: () => running.url }),
  }
  const running = await startStandIn({
    name: 'CMDB',
    port,
    portSetting: 'LOCAL_CMDB_PORT',
    control: [...createCmdbControl(parts), ...keyControl(registry)],
    answer: answerKeyed({
      ...parts,
      contract: cmdbContract,
      answers: { ...cmdbAnswers(parts.assets), ...cmdbEnrichmentAnswers(parts), ...cmdbViewAnswers(parts) },
      registry,
      page: (pathname) =>
        pathname === '/' ? cmdbPage(parts.assets.list(), parts.views) : recordPage('CMDB', parts.views, pathname),
    }),
    close: () => {
      journal.close()
      parts.enrichments.close()
      parts.views.close()
      registry.close()
    },
  })
  return running
}
