// How these tests start a journey and ask how far it is. The tenant is in the request: there is nobody to sign in as here.
import { createHash } from 'node:crypto'
import * as z from 'zod'
import { anyone } from '../../../../shared/auth/caller.ts'
import { AppError } from '../../../../shared/errors.ts'
import { flowRequestTable } from '../../../../shared/flows/flow-request.ts'
import { ShownRequest, showRequest } from '../../../../shared/flows/shown-request.ts'
import { http } from '../../../../shared/triggers/http.ts'
import { journeyTable, Plan } from './journey-table.ts'
import { journeyFlow } from './orchestration.ts'

const Id = z.strictObject({ tenantId: z.string(), requestId: z.string() })
const rate = { by: 'address', perMinute: 100_000 } as const

export const startJourney = http({
  name: 'test-start-journey',
  method: 'PUT',
  route: 'test/{tenantId}/journeys/{requestId}',
  summary: 'Starts a journey',
  callers: [anyone],
  params: Id,
  body: Plan,
  returns: { 200: ShownRequest, 202: ShownRequest },
  rate,
  flows: true,
  handler: async ({ params, body, services, flows }) => {
    const client = await flows()
    await services
      .store()
      .open(journeyTable)
      .journey.upsert({ ...body, ...params })
    const contentHash = createHash('sha256').update(JSON.stringify(body)).digest('base64url')
    const { request, isNew } = await client.start(journeyFlow.name, {
      ...params,
      requestedBy: 'user:test',
      contentHash,
    })
    return { status: isNew ? 202 : 200, body: await showRequest(client, request) }
  },
})

export const readJourney = http({
  name: 'test-read-journey',
  method: 'GET',
  route: 'test/{tenantId}/journeys/{requestId}',
  summary: 'How far a journey is',
  callers: [anyone],
  params: Id,
  returns: { 200: ShownRequest },
  rate,
  flows: true,
  handler: async ({ params, services, flows }) => {
    const rows = services.store().open(flowRequestTable).request
    const request = await rows.get({ ...params, flow: journeyFlow.name })
    if (!request) throw new AppError('not-found', 'There is no journey of this id.')
    return { status: 200, body: await showRequest(await flows(), request.value) }
  },
})
