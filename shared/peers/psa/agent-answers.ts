// What this suite reads of PSA's answers about agents.
import * as z from 'zod'
import { areOf } from '../../peer-client/id-pages.ts'
import { needing, reading } from '../../schema/reading.ts'
import { PsaAgent, type PsaAgentDraft, PsaAgentPage } from './agent-contract.ts'

export const ReadPsaAgent = reading(
  needing(PsaAgent, ['identity', 'email', 'firstName', 'lastName', 'role', 'active', 'sourceVersion']),
)
export type ReadPsaAgent = z.output<typeof ReadPsaAgent>

/** Another agent than the one asked for is no answer: who is kept in step by it would get the rights of someone else. */
export const readPsaAgentOf = (identity: string) => ReadPsaAgent.refine(isOf(identity), other)

const isOf =
  (identity: string) =>
  (agent: { readonly identity: string }): boolean =>
    agent.identity === identity

const other = { error: 'This is another agent than the one asked for', path: ['identity'] }

/** As PSA has the agent after a draft: what it made of names and role is not looked at. */
export const readStandingAgent = (identity: string, { sourceVersion }: Pick<PsaAgentDraft, 'sourceVersion'>) =>
  reading(needing(PsaAgent, ['identity', 'active', 'sourceVersion']))
    .refine(isOf(identity), other)
    .refine((agent) => agent.sourceVersion >= sourceVersion, {
      error: 'The agent stands at a lower version than the one that was put',
      path: ['sourceVersion'],
    })

export type StandingAgent = z.output<ReturnType<typeof readStandingAgent>>

export const ReadPsaAgentPage = reading(PsaAgentPage.extend({ agents: z.array(ReadPsaAgent) }))
export type ReadPsaAgentPage = z.output<typeof ReadPsaAgentPage>

export const readPsaAgentsOf = (identities: readonly string[]) =>
  ReadPsaAgentPage.refine(
    ({ agents }) =>
      areOf(
        identities,
        agents.map(({ identity }) => identity),
      ),
    { error: 'Others than those asked for', path: ['agents'] },
  )
