// What the endpoints of studies take and answer.
import * as z from 'zod'
import { flowStates } from '../../../shared/flows/flow-request.ts'
import { WaitingFor } from '../../../shared/flows/flow-wait.ts'
import { ShownRequest } from '../../../shared/flows/shown-request.ts'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { OwnId } from '../../../shared/schema/own-id.ts'
import { DocumentType } from '../sources/contract.ts'
import { studyKinds } from './study.ts'

export const Listing = z.strictObject(pageQuery(25))
export const StudyPath = z.strictObject({ studyId: OwnId })
export const PartPath = z.strictObject({ studyId: OwnId, part: z.enum([...DocumentType.options, 'answer']) })

export const Accepted = z
  .object({
    id: z.string(),
    outcome: z.enum(['started', 'restarted', 'existing']).describe('restarted: the last attempt had failed'),
    progressUrl: z.string().describe('Path of its progress, relative to the origin of this API'),
  })
  .meta({ id: 'AcceptedStudy' })

const Written = z.object({
  part: z.string().describe('A type of document, or "answer"'),
  model: z.string().describe('The model that wrote it; "embedded" or "rules" when no model was asked'),
  label: z.string().optional().describe('Show it beside the text: it was written by no model'),
  isComplete: z.boolean().describe('False when the model reached the most that it may say'),
  audience: z
    .enum(['internal', 'client'])
    .describe('internal: a draft that no client sees before a person approves it'),
  writtenAt: z.iso.datetime(),
})

export const ShownStudy = z
  .object({
    id: z.string(),
    kind: z.enum(studyKinds),
    repository: z.object({ id: z.string(), name: z.string() }),
    state: z.enum(flowStates).describe('Asking for the same again restarts a study that failed'),
    attempt: z.int().min(1).describe('Number of attempts'),
    parts: z.array(z.string()).describe('What it writes, in order'),
    written: z.array(Written).describe('What is written until now'),
    progress: ShownRequest.shape.progress,
    waitingFor: WaitingFor.optional().describe('Only while a step is being retried'),
    problem: ShownRequest.shape.problem,
    requestedAt: z.iso.datetime(),
    finishedAt: ShownRequest.shape.finishedAt,
  })
  .meta({ id: 'CodeStudy', description: 'What the AI Platform was asked about a repository, and how far it is' })
export type ShownStudy = z.input<typeof ShownStudy>

export const Studies = z
  .object({ studies: z.array(ShownStudy.omit({ written: true, progress: true, waitingFor: true })), nextCursor })
  .meta({ id: 'CodeStudies' })

export const StudyPart = Written.extend({
  answer: z.union([z.string(), z.record(z.string(), z.unknown())]).describe('Markdown, or the answer of the feature'),
  callId: z.string().describe('Quote it to support'),
}).meta({ id: 'CodeStudyPart' })
export type StudyPart = z.input<typeof StudyPart>
