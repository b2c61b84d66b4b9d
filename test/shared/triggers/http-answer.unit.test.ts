// What leaves an HTTP function: what its contract names, and nothing else.
import { HttpRequest, InvocationContext } from '@azure/functions'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { anyone } from '../../../shared/auth/caller.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { createServices } from '../../../shared/services.ts'
import { type Reply, http } from '../../../shared/triggers/http.ts'
import { serveHttp } from '../../../shared/triggers/http-pipeline.ts'

const answerWith = async (reply: unknown) => {
  const definition = http({
    name: 'answer-test',
    method: 'GET',
    route: 'code/answer',
    summary: 'Answers what the test says',
    callers: [anyone],
    returns: { 200: z.object({ id: z.string(), parts: z.array(z.object({ name: z.string() })) }) },
    handler: () => reply as Reply as never,
  })
  const request = new HttpRequest({ method: 'GET', url: 'http://127.0.0.1:7071/api/code/answer' })
  const context = new InvocationContext({ functionName: 'answer-test', logHandler: () => {} })
  return serveHttp(definition, createServices(loadConfig({ TRUSTED_PROXY_COUNT: '0' })))(request, context)
}

describe('the answer of a function', () => {
  it('has the members that its contract names, at every depth, and no other', async () => {
    const body = { id: '1', keyHash: 'hidden', parts: [{ name: 'a', tenantId: 'hidden' }] }
    const answer = await answerWith({ status: 200, body })
    expect(JSON.parse(answer.body as string)).toEqual({ id: '1', parts: [{ name: 'a' }] })
  })

  it.each([
    ['lacks a member', { status: 200, body: { parts: [] } }],
    ['has a member of another kind', { status: 200, body: { id: 1, parts: [] } }],
    ['has a status that the contract does not name', { status: 201, body: { id: 'hidden', parts: [] } }],
  ])('is a 500 without what was to be said when it %s', async (_, reply) => {
    const answer = await answerWith(reply)
    expect(answer.status).toBe(500)
    expect(JSON.parse(answer.body as string)).toMatchObject({ type: 'urn:theonestack:problem:internal' })
    expect(answer.body).not.toContain('hidden')
  })
})
