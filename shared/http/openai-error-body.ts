// The body of a failure in the form of the OpenAI API.
import * as z from 'zod'

export const OpenAiErrorBody = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable().describe('The member that is wrong'),
      code: z.string().describe('As our problems are named, but for those that programs look for'),
    }),
  })
  .meta({ id: 'OpenAiError', description: 'In the form of the OpenAI API' })
