// What the endpoint of transcriptions takes and answers.
import * as z from 'zod'
import { flowStates } from '../../../shared/flows/flow-request.ts'
import { WaitingFor } from '../../../shared/flows/flow-wait.ts'
import { ShownRequest } from '../../../shared/flows/shown-request.ts'
import { OpaqueId } from '../../../shared/text/text-schema.ts'

export const CallPath = z.strictObject({ callId: OpaqueId.describe('Of Voice') })

export const ShownTranscription = z
  .object({
    callId: z.string(),
    state: z.enum(flowStates),
    attempt: z.int().min(1),
    chunks: z.int().min(0).describe('Into how many chunks the recording is cut; 0 until that was read'),
    chunksHeard: z.int().min(0).describe('How many of them a model has written down and Voice does not have yet'),
    outcome: z
      .enum(['written', 'unavailable', 'ignored'])
      .optional()
      .describe('Of a completed one: whether Voice has the transcription, or the words that there is none'),
    waitingFor: WaitingFor.optional().describe('Only while a step is being retried'),
    problem: ShownRequest.shape.problem,
    requestedAt: z.iso.datetime(),
    finishedAt: ShownRequest.shape.finishedAt,
  })
  .meta({
    id: 'Transcription',
    description: 'The transcription of a recording, and how far it is. What was said is in Voice',
  })
export type ShownTranscription = z.input<typeof ShownTranscription>
