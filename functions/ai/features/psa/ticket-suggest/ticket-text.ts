// The words by which tickets are compared.
import type * as z from 'zod'
import { withoutDrafts } from '../../../../../shared/text/own-draft.ts'
import type { TicketSuggestInput } from './contract.ts'

/** The title counts twice: it says what somebody took for the matter. */
export const textOf = ({ title, text }: { readonly title: string; readonly text?: string | undefined }): string =>
  `${title}\n${title}\n${text ?? ''}`

type Closed = Parameters<typeof textOf>[0] & { readonly resolution?: string | undefined }

/** What solved a ticket says as well what it was about. */
export const closedTextOf = (closed: Closed): string => `${textOf(closed)}\n${closed.resolution ?? ''}`

type ClosedTicket = z.output<typeof TicketSuggestInput>['closedTickets'][number]

/** As people wrote it: what the AI Platform suspected was the cause is no word of how it was solved. */
export const writtenByPeople = ({ text, resolution, ...closed }: ClosedTicket): ClosedTicket => {
  const solved = resolution && withoutDrafts(resolution).trim()
  return {
    ...closed,
    ...(text !== undefined && { text: withoutDrafts(text) }),
    ...(solved && { resolution: solved }),
  }
}
