// Stand-in of The One CRM on the contract of this suite: it keeps opportunities, and fails on request the way real peers do.
import { crmContract } from '../../shared/peers/crm/operations.ts'
import { createCrmControl } from './crm-control.ts'
import { crmPage } from './crm-page.ts'
import { crmAnswers } from './crm-routes.ts'
import { CrmChange, createCrmOpportunities } from './crm-state.ts'
import { createFaults } from './faults.ts'
import { refuseNoKeys } from './integration-key.ts'
import { openJournalIn } from './journal.ts'
import { answerKeyed } from './keyed-contract.ts'
import { createRequestCounts } from './request-counts.ts'
import { type RunningStandIn, startStandIn } from './stand-in.ts'
import type { KeyedOptions } from './stand-ins.ts'

export type RunningCrm = RunningStandIn

/** Its keys are good for every tenant; it keeps opportunities, and knows the companies that the control API names. */
export const startCrm = async ({ port, keys, dataFolder }: KeyedOptions): Promise<RunningCrm> => {
  refuseNoKeys('CRM', keys)
  const { journal, entries } = openJournalIn(dataFolder, 'crm.jsonl', CrmChange)
  const opportunities = createCrmOpportunities(journal, entries)
  const parts = {
    opportunities,
    faults: createFaults(),
    counts: createRequestCounts(),
    baseUrl: (): string => running.url,
  }
  const running = await startStandIn({
    name: 'CRM',
    port,
    portSetting: 'LOCAL_CRM_PORT',
    control: createCrmControl(parts),
    answer: answerKeyed({
      ...parts,
      contract: crmContract,
      answers: crmAnswers(parts),
      keys,
      page: (pathname) => crmPage(opportunities, pathname),
    }),
    close: journal.close,
  })
  return running
}
