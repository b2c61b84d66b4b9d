// What the readiness of a Function App says.
import * as z from 'zod'

export const Check = z.object({ id: z.string(), ok: z.boolean(), ms: z.int().min(0) })

export const Readiness = z
  .object({
    status: z.enum(['ready', 'not-ready']),
    settings: z
      .array(z.object({ name: z.string(), fault: z.string(), advice: z.string(), ignored: z.literal(true).optional() }))
      .describe(
        'Every setting of this app that is missing, weak, unresolved or invalid; never its value. `ignored`: the setting is optional and treated as not set',
      ),
    checks: z.array(Check),
  })
  .meta({ id: 'Readiness' })
