// The wire of investigations: what Defend shows the suite of one, and the narrative that the suite writes to it.
import * as z from 'zod'
import { aiResultDraft } from '../ai-result/contract.ts'
import { RecordId, RecordUrl } from '../user-read/contract.ts'

const at = z.iso.datetime()

/** Of MITRE ATT&CK, as Defend has matched it. */
export const DefendTechnique = z.object({ id: z.string(), name: z.string() })
const technique = DefendTechnique.optional()

export const investigationMax = { processes: 500, movements: 200, actions: 500 } as const

/** A started process. Ids are Defend's and unique within the investigation, as those of movements and actions. */
const Process = z.object({
  id: RecordId,
  /** Missing when it is not known. */
  parentId: RecordId.optional(),
  at,
  device: z.string(),
  user: z.string().optional(),
  image: z.string(),
  commandLine: z.string().optional(),
  technique,
})

/** Somebody came from one device to another. */
const Movement = z.object({
  id: RecordId,
  at,
  fromDevice: z.string(),
  toDevice: z.string(),
  user: z.string().optional(),
  method: z.enum(['rdp', 'smb', 'wmi', 'winrm', 'ssh', 'remote_service', 'scheduled_task']),
  technique,
})

const Action = z.object({
  id: RecordId,
  at,
  kind: z.enum([
    'file_written',
    'network_connection',
    'logon',
    'privilege_change',
    'persistence_created',
    'credential_access',
    'data_sent',
    'detection',
  ]),
  device: z.string(),
  /** Of the process that did it; missing when it is not known. */
  processId: RecordId.optional(),
  user: z.string().optional(),
  target: z.string().optional(),
  technique,
})

/** Answer of `GET /v1/investigations/{id}`, which the suite reads on its own behalf. */
export const DefendInvestigation = z.object({
  id: RecordId,
  title: z.string(),
  clientId: RecordId.nullable(),
  openedAt: at,
  processes: z.array(Process).max(investigationMax.processes),
  movements: z.array(Movement).max(investigationMax.movements),
  actions: z.array(Action).max(investigationMax.actions),
  /** Events of the investigation that are not in the lists. */
  moreEvents: z.int().min(0),
  url: RecordUrl,
})
export type DefendInvestigation = z.infer<typeof DefendInvestigation>

/** Ids of events of the investigation. */
const evidence = z.array(RecordId).min(1).max(20)

/** Body of `PUT /v1/investigations/{id}/narrative`. */
export const DefendNarrative = aiResultDraft({
  sentences: z
    .array(z.strictObject({ text: z.string().min(1).max(1_000), evidence }))
    .min(1)
    .max(60),
  techniques: z
    .array(z.strictObject({ id: z.string().min(1).max(20), name: z.string().min(1).max(200), evidence }))
    .max(60),
})
export type DefendNarrative = z.infer<typeof DefendNarrative>
