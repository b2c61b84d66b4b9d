// What the endpoints of projects take and answer.
import * as z from 'zod'
import { flowStates } from '../../../shared/flows/flow-request.ts'
import { WaitingFor } from '../../../shared/flows/flow-wait.ts'
import { ShownRequest } from '../../../shared/flows/shown-request.ts'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { ReadPsaProjectStatus } from '../../../shared/peers/psa/project-answers.ts'
import { OwnId } from '../../../shared/schema/own-id.ts'

export const Listing = z.strictObject(pageQuery(25))

export const ProjectPath = z.strictObject({ projectId: OwnId })

export const Accepted = z
  .object({
    id: z.string(),
    outcome: z
      .enum(['started', 'restarted', 'existing', 'cancelled'])
      .describe('restarted: the last attempt had failed; cancelled: it was, and is not begun again'),
    ignored: z
      .array(z.string())
      .describe('Members that differ from what was taken before, and were not taken: only a failed project takes them'),
    progressUrl: z.string().describe('Where its progress can be seen, relative to the origin of this API'),
  })
  .meta({ id: 'AcceptedProject' })

export const Project = z
  .object({
    id: z.string(),
    recommendationId: z.string(),
    title: z.string(),
    repository: z.object({ id: z.string(), name: z.string() }),
    clientName: z.string().nullable().describe('Null while it is not known, and when the repository is unmapped'),
    effortHours: z.number(),
    state: z
      .enum([...flowStates, 'cancelling'])
      .describe('A failed one is begun again by posting the same recommendation again; a cancelled one is not'),
    attempt: z.int().min(1).describe('How often it was begun'),
    progress: ShownRequest.shape.progress,
    waitingFor: WaitingFor.optional().describe('Only while a step of it is tried again'),
    problem: ShownRequest.shape.problem,
    requestedAt: z.iso.datetime(),
    finishedAt: ShownRequest.shape.finishedAt,
    psaProject: z
      .object({
        id: z.string(),
        url: z.string().describe('Opens the project in PSA'),
        estimateHours: z.number(),
        status: ReadPsaProjectStatus.describe('unknown: one that this version does not know'),
        asOf: z.iso.datetime().describe('When PSA said so'),
        live: z.boolean().describe('False when PSA was not asked now, or could not be: then it is what was last known'),
      })
      .nullable()
      .describe('Null until PSA has it'),
  })
  .meta({ id: 'CodeProject', description: 'A migration recommendation on its way to a billable project of PSA' })
export type Project = z.input<typeof Project>

export const Projects = z.object({ projects: z.array(Project), nextCursor }).meta({ id: 'CodeProjects' })
