// Events that say only of what there is evidence now: what it is has to be read from the product itself.
import * as z from 'zod'
import { reading, spare } from '../schema/reading.ts'
import { shortId } from './short-id.ts'

const id = z.string().min(1).max(200)
const anyId = z
  .string()
  .min(1)
  .overwrite((text) => shortId(text))

export const InvestigationOpened = z.strictObject({
  investigation_id: id,
  client_id: id.nullable(),
  opened_at: z.iso.datetime(),
})
export const ReadInvestigationOpened = reading(
  z.object({
    investigation_id: anyId,
    client_id: spare(anyId),
    opened_at: spare(InvestigationOpened.shape.opened_at),
  }),
)

/** It is cut into chunks and can be read. */
export const RecordingReady = z.strictObject({
  call_id: id,
  client_id: id.nullable(),
  ready_at: z.iso.datetime(),
})
export const ReadRecordingReady = reading(
  z.object({ call_id: anyId, client_id: spare(anyId), ready_at: spare(RecordingReady.shape.ready_at) }),
)

export const CallEnded = z.strictObject({
  call_id: id,
  client_id: id.nullable(),
  ended_at: z.iso.datetime(),
})
export const ReadCallEnded = reading(
  z.object({ call_id: anyId, client_id: spare(anyId), ended_at: spare(CallEnded.shape.ended_at) }),
)
