// Stand-in of The One PSA on the contract of this suite: it keeps tickets, agents and projects, and fails on request the way real peers do.
import { psaContract } from '../../shared/peers/psa/operations.ts'
import { createFaults } from './faults.ts'
import { refuseNoKeys } from './integration-key.ts'
import { openJournalIn } from './journal.ts'
import { answerKeyed } from './keyed-contract.ts'
import { createPsaAgents } from './psa-agents.ts'
import { createPsaControl } from './psa-control.ts'
import { psaAgentAnswers } from './psa-agent-routes.ts'
import { psaPage } from './psa-page.ts'
import { psaProjectAnswers } from './psa-project-routes.ts'
import { createPsaProjects } from './psa-projects.ts'
import { psaTicketAnswers } from './psa-routes.ts'
import { PsaChange, openPsaMemory } from './psa-state.ts'
import { createPsaTickets } from './psa-tickets.ts'
import { createRequestCounts } from './request-counts.ts'
import { type RunningStandIn, startStandIn } from './stand-in.ts'
import type { KeyedOptions } from './stand-ins.ts'

export type RunningPsa = RunningStandIn

/** Its keys are good for every tenant that the control API has not refused; it keeps tickets, agents and projects. */
export const startPsa = async ({ port, keys, dataFolder }: KeyedOptions): Promise<RunningPsa> => {
  refuseNoKeys('PSA', keys)
  const { journal, entries } = openJournalIn(dataFolder, 'psa.jsonl', PsaChange)
  const memory = openPsaMemory(journal, entries)
  const tickets = createPsaTickets(memory)
  const parts = {
    tickets,
    agents: createPsaAgents(memory),
    projects: createPsaProjects(memory),
    faults: createFaults(),
    counts: createRequestCounts(),
    baseUrl: (): string => running.url,
  }
  const running = await startStandIn({
    name: 'PSA',
    port,
    portSetting: 'LOCAL_PSA_PORT',
    control: createPsaControl(parts),
    answer: answerKeyed({
      ...parts,
      contract: psaContract,
      answers: {
        ...psaTicketAnswers(tickets, parts.baseUrl),
        ...psaAgentAnswers(parts),
        ...psaProjectAnswers(parts),
      },
      keys,
      mayActFor: tickets.mayActFor,
      page: (pathname) => psaPage(parts, pathname),
    }),
    close: journal.close,
  })
  return running
}
