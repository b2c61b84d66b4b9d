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
      .describe('restarted: the last attempt had failed; cancelled: it was cancelled and cannot be restarted'),
    ignored: z
      .array(z.string())
      .describe('Members that differ from the first request and were ignored: only a failed project takes them'),
    progressUrl: z.string().describe('Path of its progress, relative to the origin of this API'),
  })
  .meta({ id: 'AcceptedProject' })

export const Project = z
  .object({
    id: z.string(),
    recommendationId: z.string(),
    title: z.string(),
    repository: z.object({ id: z.string(), name: z.string() }),
    clientName: z
      .string()
      .nullable()
      .describe('Null until it is known, and when the repository is not mapped to a client'),
    effortHours: z.number(),
    state: z
      .enum([...flowStates, 'cancelling'])
      .describe('Posting the same recommendation again restarts a failed project, but not a cancelled one'),
    attempt: z.int().min(1).describe('Number of attempts'),
    progress: ShownRequest.shape.progress,
    waitingFor: WaitingFor.optional().describe('Only while a step is being retried'),
    problem: ShownRequest.shape.problem,
    requestedAt: z.iso.datetime(),
    finishedAt: ShownRequest.shape.finishedAt,
    psaProject: z
      .object({
        id: z.string(),
        url: z.string().describe('Opens the project in PSA'),
        estimateHours: z.number(),
        status: ReadPsaProjectStatus.describe('unknown: a status that this version does not know'),
        asOf: z.iso.datetime().describe('When PSA reported it'),
        live: z
          .boolean()
          .describe('False when PSA was not asked or did not answer: the values are the last known ones'),
      })
      .nullable()
      .describe('Null until PSA has the project'),
  })
  .meta({ id: 'CodeProject', description: 'A migration recommendation that becomes a billable PSA project' })
export type Project = z.input<typeof Project>

export const Projects = z.object({ projects: z.array(Project), nextCursor }).meta({ id: 'CodeProjects' })
