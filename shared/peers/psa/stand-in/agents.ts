// What the stand-in of The One PSA does with agents.
import type { PsaAgentDraft } from '../agent-contract.ts'
import { type PsaMemory, type StoredAgent, tenantKey } from './state.ts'

/** Everything is synchronous, as with tickets. */
export const createPsaAgents = ({ state, record }: PsaMemory) => {
  const get = (tenantId: string, identity: string): StoredAgent | undefined =>
    state.agents.get(tenantKey(tenantId, identity))

  return {
    get,
    list: (tenantId?: string): readonly StoredAgent[] =>
      [...state.agents.values()].filter((agent) => tenantId === undefined || agent.tenantId === tenantId),
    /** The agent as it stands afterwards. */
    put: (
      tenantId: string,
      identity: string,
      draft: PsaAgentDraft,
    ): { readonly agent: StoredAgent; readonly created: boolean } => {
      const existing = get(tenantId, identity)
      if (existing && (existing.sourceVersion > draft.sourceVersion || saysTheSame(existing, draft)))
        return { agent: existing, created: false }
      const agent = { ...draft, identity, tenantId, updatedAt: new Date().toISOString() }
      record({ kind: 'agent', agent })
      return { agent, created: existing === undefined }
    },
  }
}

const saysTheSame = (agent: StoredAgent, draft: PsaAgentDraft): boolean =>
  (Object.keys(draft) as (keyof PsaAgentDraft)[]).every((field) => agent[field] === draft[field])

export type PsaAgents = ReturnType<typeof createPsaAgents>
