// A detection of Defend as this folder works with it, and the names that follow from its id.
import type * as z from 'zod'
import { sha256 } from '../../../shared/auth/digest.ts'
import { catalogue } from '../../../shared/bus/catalogue.ts'
import { AppError } from '../../../shared/errors.ts'

export const Detection = catalogue['defend.detection.created'].data
export type Detection = z.infer<typeof Detection>

/** The reference in PSA of the ticket that a detection begins: the same for everyone who asks for it. */
export const ticketRefOf = (tenantId: string, detectionId: string): string =>
  `defend-${sha256(JSON.stringify([tenantId, detectionId]))}`

/** The reference in PSA of the note of a detection on a ticket that another one began. */
export const noteReferenceOf = (detectionId: string): string => `detection-${sha256(detectionId)}`

/**
 * Throws `event-not-understood` for what the catalogue lets pass and nobody can work with: ids with half a character, which no storage
 * keeps as they are, and a time that is none.
 */
export const requireUsable = ({ detection_id, client_id, cause, detected_at }: Detection): void => {
  const faulty = Object.entries({ detection_id, client_id: client_id ?? '', cause }).find(
    ([, id]) => !id.isWellFormed(),
  )
  if (faulty) throw notUnderstood(`${faulty[0]} is not well-formed Unicode`)
  if (Number.isNaN(Date.parse(detected_at))) throw notUnderstood('detected_at is no time')
}

const notUnderstood = (why: string): AppError =>
  new AppError('event-not-understood', `The detection cannot be handled: ${why}.`)
