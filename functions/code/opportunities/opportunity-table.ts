// What is kept of Code-created opportunities: which one a finding has, and how far each has come.
import * as z from 'zod'
import { ReadCrmStage } from '../../../shared/peers/crm/answers.ts'
import { CrmOpportunityDraft } from '../../../shared/peers/crm/contract.ts'
import { Content } from '../../../shared/effects/content.ts'
import { effectStates } from '../../../shared/effects/effect-row.ts'
import { pending } from '../../../shared/store/pending.ts'
import { newestFirst } from '../../../shared/store/key.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { OpportunityType } from './opportunity-type.ts'
import { OpenValue } from './opportunity-value.ts'

/** The name of an opportunity row: newest first in its tenant's partition. */
const OpportunityKey = z.strictObject({ createdAt: z.iso.datetime(), ref: z.string() })

const Opportunity = z.strictObject({
  tenantId: z.string(),
  /** The external reference in CRM: the same for everyone who asks for the same finding, so that CRM can refuse a second one. */
  ref: z.string(),
  createdAt: z.iso.datetime(),
  state: z.enum(effectStates),
  findingId: z.string(),
  fingerprint: z.string(),
  type: OpportunityType,
  name: z.string(),
  /** Where the finding is to be seen. */
  url: z.string(),
  repository: z.strictObject({ id: z.string(), name: z.string() }),
  /** The client's name; absent when the repository is unmapped. */
  clientName: z.string().optional(),
  /** As it was told to CRM, where people may change it. */
  value: CrmOpportunityDraft.shape.value,
  openValue: OpenValue,
  /** What CRM is asked to make; kept until it has. */
  draft: CrmOpportunityDraft.optional(),
  /** What CRM made of it, and its stage as it was last seen. */
  made: z.strictObject({ id: z.string(), url: z.string(), stage: ReadCrmStage, asOf: z.iso.datetime() }).optional(),
  /** Digests of what it was begun with. */
  content: Content,
  openedBy: z.string(),
})
export type Opportunity = z.infer<typeof Opportunity>

const Claim = z.strictObject({ tenantId: z.string(), fingerprint: z.string(), opportunity: OpportunityKey })
export type Claim = z.infer<typeof Claim>

/** 13 months and a bit, from the last time anything about it changed; what is open there is renewed before that (`renewal.ts`). CRM's own reference keeps a later one from being a second. */
const keepFor = { days: 400 }

export const opportunityTable = table('codeOpportunities', {
  opportunity: rowKind({
    schema: Opportunity,
    partition: ['tenantId'],
    key: ({ createdAt, ref }) => [newestFirst(createdAt), ref],
    keepFor,
    dataOf: {
      tenant: ['tenantId'],
      names: ['openedBy'],
      through: { repository: ['repository.id'] },
      leadsTo: { fingerprint: ['fingerprint'], reference: ['ref'] },
    },
  }),
  /** One for each fingerprint: whoever writes it decides which opportunity the finding has. */
  claim: rowKind({
    schema: Claim,
    partition: ['tenantId'],
    key: ['fingerprint'],
    keepFor,
    dataOf: { tenant: ['tenantId'], through: { fingerprint: ['fingerprint'] } },
  }),
})

/** Of opportunities that were begun. */
export const openingPending = pending('codeOpportunityOpenings')
