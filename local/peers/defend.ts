// Stand-in of The One Defend on the contract of this suite: it keeps audit events, and fails on request the way real peers do.
import { defendContract } from '../../shared/peers/defend/operations.ts'
import { createDefendControl } from './defend-control.ts'
import { defendPage } from './defend-page.ts'
import { defendAnswers } from './defend-routes.ts'
import { DefendChange, createDefendEvents } from './defend-state.ts'
import { createFaults } from './faults.ts'
import { refuseNoKeys } from './integration-key.ts'
import { openJournalIn } from './journal.ts'
import { answerKeyed } from './keyed-contract.ts'
import { createRequestCounts } from './request-counts.ts'
import { type RunningStandIn, startStandIn } from './stand-in.ts'
import type { KeyedOptions } from './stand-ins.ts'

export type RunningDefend = RunningStandIn

/** Its keys are good for every tenant; it keeps audit events. */
export const startDefend = async ({ port, keys, dataFolder }: KeyedOptions): Promise<RunningDefend> => {
  refuseNoKeys('Defend', keys)
  const { journal, entries } = openJournalIn(dataFolder, 'defend.jsonl', DefendChange)
  const parts = { events: createDefendEvents(journal, entries), faults: createFaults(), counts: createRequestCounts() }
  return startStandIn({
    name: 'Defend',
    port,
    portSetting: 'LOCAL_DEFEND_PORT',
    control: createDefendControl(parts),
    answer: answerKeyed({
      ...parts,
      contract: defendContract,
      answers: defendAnswers(parts.events),
      keys,
      page: (pathname) => (pathname === '/' ? defendPage(parts.events.list()) : undefined),
    }),
    close: journal.close,
  })
}
