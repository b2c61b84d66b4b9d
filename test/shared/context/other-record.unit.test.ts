// Answers that are none: of another record, of another reason. What a stand-in would never say.
import { afterAll, aroundEach, beforeAll, describe, expect, it } from 'vitest'
import { readContext } from '../../../shared/context/reading.ts'
import type { ContextReference } from '../../../shared/context/reference.ts'
import { peers } from '../../../shared/peers/peers.ts'
import type { Services } from '../../../shared/services.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { type PeerServer, json, startPeerServer } from '../../support/peer-server.ts'

let server: PeerServer
beforeAll(async () => {
  server = await startPeerServer()
})
afterAll(() => server.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const reference: ContextReference = { product: 'psa', kind: 'ticket', id: 'T1' }
const ticket = { id: 'T1', title: 'Printer', status: 'open', url: 'https://psa.example/tickets/T1' }

const read = () => {
  const psa = () => peers.psa.connect({ baseUrl: server.baseUrl, key: () => 'the-key', retries: { max: 0 } })
  const forReading = { psa } as unknown as Services['forReading']
  return readContext(reference, { tenantId: 't1', userId: 'u1' }, { forReading })
}

describe('a product', () => {
  it('that says little of a record has said what it did, and nothing is made of the rest', async () => {
    server.answerWith(json(200, ticket))
    const context = await read()
    expect(context).toMatchObject({ kind: 'read', title: 'T1: Printer', url: ticket.url })
    expect(context.kind === 'read' && context.facts.map(({ id }) => id)).toEqual(['title', 'status'])
    expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-user-id': 'u1', 'x-tenant-id': 't1' })
  })

  it('that answers with another record is no answer', async () => {
    server.answerWith(json(200, { ...ticket, id: 'T2' }))
    expect(await read()).toMatchObject({ kind: 'refused', reason: 'unavailable' })
  })

  it.each([
    ['no reason', {}],
    ['another reason', { type: 'urn:theonestack:problem:of-another-kind', title: 'No', status: 403 }],
  ])('that does not show us anything, for %s, has not refused the user', async (_, body) => {
    server.answerWith(json(403, body))
    expect(await read()).toMatchObject({ kind: 'refused', reason: 'unavailable' })
  })

  it('that names the user as the reason has', async () => {
    const type = 'urn:theonestack:problem:user-may-not-read'
    server.answerWith(json(403, { type, title: 'No', status: 403 }))
    expect(await read()).toMatchObject({ kind: 'refused', reason: 'not-allowed' })
  })
})
