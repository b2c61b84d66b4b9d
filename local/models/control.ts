// The control API: what the next answers are, and what was asked.
import { z } from 'zod'
import { done, validated } from '../stand-ins/http-exchange.ts'
import { controlRoute } from '../stand-ins/stand-in-control.ts'
import { Behaviour } from './behaviour.ts'
import type { CallLog } from './call-log.ts'
import type { Script } from './script.ts'

/** The next answers in their order; how it answers otherwise. */
const Order = z.strictObject({ next: z.array(Behaviour).max(1_000).default([]), usual: Behaviour.optional() })

/** A deployment is named by `?deployment=`; without it all are meant. */
export const controlRoutes = (script: Script, log: CallLog) => [
  controlRoute('PUT', '/_control/behaviours', ({ query, body }) =>
    validated(Order, body, ({ next, usual }) => {
      const deployment = query.get('deployment') ?? '*'
      script.order(deployment, next)
      if (usual) script.setUsual(deployment, usual)
      return done
    }),
  ),
  controlRoute('GET', '/_control/calls', ({ query }) => ({
    status: 200,
    body: { calls: log.of(query.get('deployment') ?? undefined) },
  })),
  controlRoute('GET', '/_control/counts', ({ query }) => ({
    status: 200,
    body: log.counts(query.get('deployment') ?? undefined),
  })),
  controlRoute('POST', '/_control/reset', ({ query }) => {
    const deployment = query.get('deployment') ?? undefined
    script.reset(deployment)
    log.reset(deployment)
    return done
  }),
]
