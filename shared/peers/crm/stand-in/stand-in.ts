// Stand-in of The One CRM on the contract of this suite: it keeps opportunities, and fails on request the way real peers do.
import { crmContract } from '../operations.ts'
import { createCrmControl } from './control.ts'
import { crmPage } from './page.ts'
import { crmAnswers } from './answers.ts'
import { crmEnrichmentAnswers, crmEnrichmentControl } from './enrichment-answers.ts'
import { openCrmEnrichments } from './enrichments.ts'
import { crmKinds, crmViewAnswers } from './view-answers.ts'
import { CrmChange, createCrmOpportunities } from './state.ts'
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

export type RunningCrm = RunningStandIn

/** Its keys are good for every tenant; it keeps opportunities, and knows the companies that the control API names. */
export const start = async ({ port, keys, registrationKeys = [], dataFolder }: StandInOptions): Promise<RunningCrm> => {
  refuseNoKeys('CRM', keys)
  const registry = openKeyRegistry({ name: 'crm', keys, registrationKeys, dataFolder })
  const { journal, entries } = openJournalIn(dataFolder, 'crm.jsonl', CrmChange)
  const opportunities = createCrmOpportunities(journal, entries)
  const parts = {
    opportunities,
    enrichments: openCrmEnrichments(dataFolder),
    faults: createFaults(operationNames(crmContract)),
    counts: createRequestCounts(),
    baseUrl: (): string => running.url,
    views: openViews('crm', crmKinds, { dataFolder, baseUrl: () => running.url }),
  }
  const running = await startStandIn({
    name: 'CRM',
    port,
    portSetting: 'LOCAL_CRM_PORT',
    control: [...createCrmControl(parts), ...crmEnrichmentControl(parts), ...keyControl(registry)],
    answer: answerKeyed({
      ...parts,
      contract: crmContract,
      answers: { ...crmAnswers(parts), ...crmEnrichmentAnswers(parts), ...crmViewAnswers(parts.views) },
      registry,
      page: (pathname) => crmPage(opportunities, pathname) ?? recordPage('CRM', parts.views, pathname),
    }),
    close: () => {
      journal.close()
      parts.views.close()
      parts.enrichments.close()
      registry.close()
    },
  })
  return running
}
