// The steps of a study with a gateway that answers as a test scripts it: what each kind asks, what is stored, and what its errors come to.
import { afterAll, aroundEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { openGateway } from '../../../../functions/code/studies/gateway.ts'
import { studyTable } from '../../../../functions/code/studies/study-table.ts'
import { finishStudy, planStudy, writePart } from '../../../../functions/code/studies/study-steps.ts'
import { requestStudy } from '../../../../functions/code/studies/requesting.ts'
import { Study } from '../../../../functions/code/studies/study.ts'
import { sourceTable } from '../../../../functions/code/sources/source-table.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { requestIdOf } from '../../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../../shared/flows/flow-client.ts'
import { keySecretName, peerKeyTable, tenantTag } from '../../../../shared/secrets/peer-keys.ts'
import { type Services, createServices } from '../../../../shared/services.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { type PeerServer, json, reset, startPeerServer } from '../../../support/peer-server.ts'
import { askedRepository, askedSources, knowRepository, studies } from './studying.ts'

const stack = inject('stack')
let server: PeerServer
let services: Services
beforeAll(async () => {
  server = await startPeerServer(json(200, {}))
  const url = `${server.baseUrl}/api`
  services = createServices(loadConfig({ ...stack.settings, AI_GATEWAY_URL: url }))
})
afterAll(() => server.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

let tenantId: string
beforeEach(async () => {
  tenantId = newTenantId()
  await knowRepository(services.store(), tenantId)
})

const answer = {
  callId: 'call-1',
  feature: 'code-documentation',
  promptVersion: '1',
  answer: '# Orders',
  model: 'claude-sonnet-4-5',
  isComplete: true,
  isRepaired: false,
  audience: 'internal',
  usage: { promptTokens: 1, answerTokens: 1, isEstimated: false },
}

const problem = (status: number, code: string, more: object = {}) =>
  json(status, { type: `urn:theonestack:problem:${code}`, status, title: code, detail: 'Because.', ...more })

/** Starts nothing: the steps are called by the test. */
const noFlows = {
  start: () => Promise.resolve({ request: { state: 'started' }, isNew: true }),
} as unknown as FlowClient

const { now } = { now: () => new Date() }

/** Hands a study in. @returns what each of its steps is called with */
const begin = async (given: object, requestedBy = 'user:mia') => {
  const store = services.store()
  const asking = { store, flows: noFlows, now, tenantId, requestedBy, bus: services.bus }
  const { studyId } = await requestStudy(asking, Study.parse(given))
  const step = { store, tenantId, requestId: requestIdOf(studyId, 1), now, bus: services.bus }
  return { studyId, step: { ...step, gateway: openGateway(services, tenantId) } }
}

const sent = () => {
  const request = server.requests.at(-1)
  return {
    url: request?.url,
    body: JSON.parse(request?.body ?? '{}') as unknown,
    key: String(request?.headers['x-integration-key']),
  }
}

const read = { repository: askedRepository, sources: askedSources }
const questions = [
  ['documentation', 'database', 'code-documentation', { kind: 'database', ...read }],
  ['documentation', 'data_flow', 'code-documentation', { kind: 'data-flow', ...read }],
  ['debt-analysis', 'answer', 'code-debt-analysis', { ...read, findings: studies['debt-analysis'].findings }],
  ['migration-paths', 'answer', 'code-migration-paths', { ...read, goal: 'Azure', constraints: ['No downtime'] }],
  ['regulatory-classification', 'answer', 'code-regulatory-classification', { ...read, countries: ['DE'] }],
  [
    'critical-files',
    'answer',
    'code-critical-files',
    { repository: askedRepository, files: studies['critical-files'].files },
  ],
  ['review-narrative', 'answer', 'code-review-narrative', { ...read, reader: 'client' }],
] as const

describe('a part of a study', () => {
  it.each(questions)('of %s (%s) is asked from %s on behalf of who wanted it', async (kind, part, feature, input) => {
    const { step } = await begin(studies[kind])
    expect((await planStudy(step)).parts).toContain(part)
    server.answerWith(json(200, answer))
    await writePart(step, part)
    expect(sent()).toMatchObject({ url: `/api/ai/features/${feature}`, body: { input, userId: 'mia' } })
    expect((sent().body as { input: object }).input).toEqual(input)
  })

  it('that a product wanted is asked for nobody: the organization’s limits count', async () => {
    const { step } = await begin(studies.documentation, 'key:abc')
    server.answerWith(json(200, answer))
    await writePart(step, 'database')
    expect(sent().body).not.toHaveProperty('userId')
  })

  it('that is written is not asked for again', async () => {
    const { step, studyId } = await begin(studies.documentation)
    server.answerWith(json(200, answer))
    await writePart(step, 'database')
    const before = server.requests.length
    server.answerWith(json(200, { ...answer, answer: '# Other' }))
    await writePart(step, 'database')
    expect(server.requests).toHaveLength(before)
    const row = await step.store.open(studyTable).part.get({ tenantId, studyId, part: 'database' })
    expect(row?.value).toMatchObject({ answer: '# Orders', model: 'claude-sonnet-4-5', callId: 'call-1' })
  })

  it.each([
    ['a limit that is reached', problem(429, 'ai-limit-reached', { retryAfterSeconds: 90 }), 'ai-limit-reached'],
    ['no tier', problem(402, 'ai-tier-missing'), 'ai-tier-missing'],
    ['an organization that opted out', problem(403, 'ai-opted-out'), 'ai-opted-out'],
    ['a key without the scope', problem(403, 'forbidden'), 'peer-unauthorized'],
    ['a problem that is not known here', problem(418, 'of-a-later-version'), 'peer-rejected'],
    ['a gateway that breaks off', reset, 'peer-unavailable'],
    ['something else at its address', json(404, { error: 'none' }), 'peer-invalid-response'],
  ])('is not written for %s, and says so', async (_, reply, code) => {
    const { step, studyId } = await begin(studies.documentation)
    server.answerWith(reply)
    await expect(writePart(step, 'database')).rejects.toMatchObject({
      code,
      details: { peer: 'ai', operation: 'ask for code-documentation' },
    })
    expect(await step.store.open(studyTable).part.get({ tenantId, studyId, part: 'database' })).toBeUndefined()
  })
})

describe('the key for the gateway', () => {
  const verified = (key: string) => services.verifyKey(key, now())
  const current = async () =>
    (await services.store().open(peerKeyTable).current.get({ tenantId, peer: 'ai' }))?.value.keyId

  it('is the organization’s own, good for the features of Code and nothing else, and made once', async () => {
    const { step } = await begin(studies.documentation)
    server.answerWith(json(200, answer))
    await Promise.all(['database', 'data_flow'].map((part) => writePart(step, part)))
    const keys = new Set(server.requests.slice(-2).map(({ headers }) => headers['x-integration-key']))
    expect(keys.size).toBe(1)
    expect(await verified(sent().key)).toMatchObject({
      tenantId,
      integration: 'code→ai',
      scopes: ['ai:features:code'],
      keyId: await current(),
    })
  })

  it('is found in the vault by the organization, whose deletion takes it along', async () => {
    const { step } = await begin(studies.documentation)
    server.answerWith(json(200, answer))
    await writePart(step, 'database')
    const { vault } = await services.tenantSecrets()
    expect(await vault.tagged(tenantTag, tenantId)).toEqual([keySecretName((await current()) ?? '')])
  })

  it('that is refused is replaced, and asked with at once', async () => {
    const { step } = await begin(studies.documentation)
    server.answerWith(json(200, answer))
    await writePart(step, 'database')
    const old = sent().key
    server.answerWith((response, request) => {
      const isOld = request.headers['x-integration-key'] === old
      const reply = isOld ? problem(401, 'unauthenticated') : json(200, answer)
      reply(response, request)
    })
    await writePart(step, 'data_flow')
    expect(sent().key).not.toBe(old)
    expect(await verified(sent().key)).toMatchObject({ tenantId, keyId: await current() })
  })

  it('that is refused and replaced by now is not replaced again', async () => {
    const { step } = await begin(studies.documentation)
    server.answerWith(problem(401, 'unauthenticated'))
    await expect(writePart(step, 'database')).rejects.toMatchObject({ code: 'peer-unauthorized' })
    const [first, second] = server.requests.slice(-2).map(({ headers }) => headers['x-integration-key'])
    expect(first).not.toBe(second)
    expect(await current()).toBe((await verified(String(second))).keyId)
  })
})

describe('a documentation that is written', () => {
  const events = async () => {
    const rows = await services.store().open(sourceTable).refresh.list({ tenantId }, { limit: 50 })
    return rows.rows.map(({ value }) => value.docType)
  }
  const finished = async (given: object) => {
    const { step, studyId } = await begin(given)
    server.answerWith(json(200, answer))
    for (const part of (await planStudy(step)).parts) await writePart(step, part)
    await finishStudy(step)
    return { step, studyId }
  }

  it('is a run of its own, and refreshes what the repository had before', async () => {
    const { studyId } = await finished(studies.documentation)
    expect(await events()).toEqual([])
    const run = { tenantId, repositoryId: 'repo-1', runId: studyId }
    expect((await services.store().open(sourceTable).documentationRun.get(run))?.value.documentCount).toBe(2)
    await finished({ ...studies.documentation, documents: ['database', 'api'], description: 'Later.' })
    expect(await events()).toEqual(['database'])
  })

  it('is finished as often as one likes, and published once', async () => {
    await finished(studies.documentation)
    const { step } = await finished({ ...studies.documentation, description: 'Later.' })
    await finishStudy(step)
    expect((await events()).toSorted()).toEqual(['data_flow', 'database'])
  })

  it('keeps no material', async () => {
    const { step, studyId } = await finished(studies.documentation)
    const left = await step.store.open(studyTable).material.list({ tenantId, studyId }, { limit: 10 })
    expect(left.rows).toEqual([])
  })
})
