// Stand-in of The One PSA on the contract of this suite: it keeps tickets, agents and projects, and fails on request the way real peers do.
import { psaContract } from '../operations.ts'
import { createFaults } from '../../../../local/stand-ins/faults.ts'
import { refuseNoKeys } from '../../../../local/stand-ins/integration-key.ts'
import { keyControl, operationNames } from '../../../../local/stand-ins/key-registration.ts'
import { openKeyRegistry } from '../../../../local/stand-ins/key-registry.ts'
import { openJournalIn } from '../../../../local/stand-ins/journal.ts'
import { answerKeyed } from '../../../../local/stand-ins/keyed-contract.ts'
import { createPsaAgents } from './agents.ts'
import { createPsaControl } from './control.ts'
import { psaAgentAnswers } from './agent-answers.ts'
import { articleKind, psaArticleAnswers } from './article-answers.ts'
import { psaPage } from './page.ts'
import { psaProjectAnswers } from './project-answers.ts'
import { createPsaProjects } from './projects.ts'
import { psaViewAnswers } from './view-answers.ts'
import { psaTicketAnswers } from './ticket-answers.ts'
import { PsaChange, openPsaMemory } from './state.ts'
import { createPsaTickets } from './tickets.ts'
import { openViews } from '../../../../local/stand-ins/views.ts'
import { createRequestCounts } from '../../../../local/stand-ins/request-counts.ts'
import { type RunningStandIn, startStandIn } from '../../../../local/stand-ins/stand-in.ts'
import type { StandInOptions } from '../../../../local/stand-ins/stand-ins.ts'

export type RunningPsa = RunningStandIn

/** Its keys are good for every tenant that the control API has not refused; it keeps tickets, agents and projects. */
export const start = async ({ port, keys, registrationKeys = [], dataFolder }: StandInOptions): Promise<RunningPsa> => {
  refuseNoKeys('PSA', keys)
  const registry = openKeyRegistry({ name: 'psa', keys, registrationKeys, dataFolder })
  const { journal, entries } = openJournalIn(dataFolder, 'psa.jsonl', PsaChange)
  const memory = openPsaMemory(journal, entries)
  const tickets = createPsaTickets(memory)
  const parts = {
    tickets,
    agents: createPsaAgents(memory),
    projects: createPsaProjects(memory),
    faults: createFaults(operationNames(psaContract)),
    counts: createRequestCounts(),
    baseUrl: (): string => running.url,
    views: openViews('psa', { article: articleKind }, { dataFolder, baseUrl: () => running.url }),
  }
  const running = await startStandIn({
    name: 'PSA',
    port,
    portSetting: 'LOCAL_PSA_PORT',
    control: [...createPsaControl(parts), ...keyControl(registry)],
    answer: answerKeyed({
      ...parts,
      contract: psaContract,
      answers: {
        ...psaTicketAnswers(tickets, parts.baseUrl),
        ...psaViewAnswers(parts),
        ...psaAgentAnswers(parts),
        ...psaProjectAnswers(parts),
        ...psaArticleAnswers(parts.views),
      },
      registry,
      mayActFor: tickets.mayActFor,
      page: (pathname) => psaPage(parts, pathname),
    }),
    close: () => {
      journal.close()
      parts.views.close()
      registry.close()
    },
  })
  return running
}
