// What the endpoint of reassignments takes and answers.
import * as z from 'zod'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { ReadPsaPriority, ReadPsaTicketStatus } from '../../../shared/peers/psa/answers.ts'

export const ReassignmentQuery = z.strictObject(pageQuery(20))

export const Reassignments = z
  .object({
    agents: z.array(
      z.object({
        userId: z.string(),
        firstName: z.string(),
        lastName: z.string(),
        deactivatedAt: z.iso.datetime(),
        openTickets: z.array(
          z.object({
            id: z.string(),
            title: z.string(),
            status: ReadPsaTicketStatus,
            priority: ReadPsaPriority,
            url: z.string(),
          }),
        ),
        hasMoreTickets: z.boolean().describe('True when the agent has more open tickets than those listed here'),
      }),
    ),
    nextCursor,
  })
  .meta({ id: 'Reassignments' })
export type Reassignments = z.input<typeof Reassignments>
