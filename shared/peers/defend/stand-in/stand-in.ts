// Stand-in of The One Defend on the contract of this suite: it keeps audit events and behaviour scores, and fails on request the way real peers do.
import { defendContract } from '../operations.ts'
import { createDefendControl } from './control.ts'
import { defendPage } from './page.ts'
import { defendAnswers } from './answers.ts'
import { defendKinds, defendViewAnswers } from './view-answers.ts'
import { AnomalyChange, createLoginAnomalies } from './anomaly-state.ts'
import { BehaviourChange, createBehaviourScores } from './behaviour-state.ts'
import { openInsiderSignals, signalAnswers } from './signals.ts'
import { DefendChange, createDefendEvents } from './state.ts'
import { openAiResults } from '../../../../local/stand-ins/ai-results.ts'
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

export type RunningDefend = RunningStandIn

/** Its keys are good for every tenant; it keeps audit events and behaviour scores. */
export const start = async ({
  port,
  keys,
  registrationKeys = [],
  dataFolder,
}: StandInOptions): Promise<RunningDefend> => {
  refuseNoKeys('Defend', keys)
  const registry = openKeyRegistry({ name: 'defend', keys, registrationKeys, dataFolder })
  const { journal, entries } = openJournalIn(dataFolder, 'defend.jsonl', DefendChange)
  const scores = openJournalIn(dataFolder, 'defend-behaviour.jsonl', BehaviourChange)
  const anomalies = openJournalIn(dataFolder, 'defend-logins.jsonl', AnomalyChange)
  const parts = {
    logins: createLoginAnomalies(anomalies.journal, anomalies.entries),
    signals: openInsiderSignals(dataFolder),
    events: createDefendEvents(journal, entries),
    behaviour: createBehaviourScores(scores.journal, scores.entries),
    faults: createFaults(operationNames(defendContract)),
    counts: createRequestCounts(),
    narratives: openAiResults('defend-narratives', dataFolder),
    views: openViews('defend', defendKinds, { dataFolder, baseUrl: () => running.url }),
  }
  const running = await startStandIn({
    name: 'Defend',
    port,
    portSetting: 'LOCAL_DEFEND_PORT',
    control: [...createDefendControl(parts), ...keyControl(registry)],
    answer: answerKeyed({
      ...parts,
      contract: defendContract,
      answers: {
        ...defendAnswers(parts.events, parts.behaviour, parts.logins),
        ...signalAnswers(parts.signals),
        ...defendViewAnswers(parts.views, parts.narratives, parts.behaviour),
      },
      registry,
      page: (pathname) =>
        pathname === '/' ? defendPage(parts.events.list(), parts) : recordPage('Defend', parts.views, pathname),
    }),
    close: () => {
      journal.close()
      parts.views.close()
      parts.narratives.close()
      parts.behaviour.close()
      parts.logins.close()
      parts.signals.close()
      registry.close()
    },
  })
  return running
}
