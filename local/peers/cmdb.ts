// Stand-in of The One CMDB on the contract of this suite: it keeps assets, and fails on request the way real peers do.
import { cmdbContract } from '../../shared/peers/cmdb/operations.ts'
import { createCmdbControl } from './cmdb-control.ts'
import { cmdbPage } from './cmdb-page.ts'
import { cmdbAnswers } from './cmdb-routes.ts'
import { CmdbChange, createCmdbAssets } from './cmdb-state.ts'
import { createFaults } from './faults.ts'
import { refuseNoKeys } from './integration-key.ts'
import { openJournalIn } from './journal.ts'
import { answerKeyed } from './keyed-contract.ts'
import { createRequestCounts } from './request-counts.ts'
import { type RunningStandIn, startStandIn } from './stand-in.ts'
import type { KeyedOptions } from './stand-ins.ts'

export type RunningCmdb = RunningStandIn

/** Its keys are good for every tenant; it keeps assets. */
export const startCmdb = async ({ port, keys, dataFolder }: KeyedOptions): Promise<RunningCmdb> => {
  refuseNoKeys('CMDB', keys)
  const { journal, entries } = openJournalIn(dataFolder, 'cmdb.jsonl', CmdbChange)
  const parts = { assets: createCmdbAssets(journal, entries), faults: createFaults(), counts: createRequestCounts() }
  return startStandIn({
    name: 'CMDB',
    port,
    portSetting: 'LOCAL_CMDB_PORT',
    control: createCmdbControl(parts),
    answer: answerKeyed({
      ...parts,
      contract: cmdbContract,
      answers: cmdbAnswers(parts.assets),
      keys,
      page: (pathname) => (pathname === '/' ? cmdbPage(parts.assets.list()) : undefined),
    }),
    close: journal.close,
  })
}
