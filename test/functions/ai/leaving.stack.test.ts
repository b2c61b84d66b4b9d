// Who leaves before the answer is there ends the call at the model at once, through every door, streamed or not; what was used is metered.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, startChild } from '@theone/local-process/child-process'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { hostProgram } from '../../../local/package-programs.ts'
import { startModels } from '../../../local/models/models.ts'
import { aiCallTable } from '../../../shared/ai/ledger/ai-call-table.ts'
import { createIntegrationKey } from '../../../shared/auth/integration-key.ts'
import { createStore } from '../../../shared/store/store.ts'
import { createModelControl, newDeployment } from '../../local/models/model-control.ts'
import { newTenantId } from '../../support/browser-client.ts'
import { eventually } from '../../support/eventually.ts'
import { hubControl } from '../../support/hub-control.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const [fast, deep] = [newDeployment(), newDeployment()]

let models: Awaited<ReturnType<typeof startModels>>
let host: Child
let folder: string
beforeAll(async () => {
  models = await startModels({ port: 0 })
  folder = await mkdtemp(join(tmpdir(), 'ai-api-'))
  const providers = { local: { wire: 'openai-chat', endpoint: `${models.url}/v1`, auth: 'none' } }
  const classes = { fast: [`local/${fast}`], deep: [`local/${deep}`] }
  host = await startChild({
    name: 'Functions host',
    file: hostProgram,
    args: ['--entry', join(import.meta.dirname, 'ai-api-app.ts'), '--port', '0', '--state', folder, '--quiet'],
    env: { ...settings, AI_MODELS: JSON.stringify({ providers, classes }) },
  })
})
afterAll(async () => {
  await host?.stop()
  await models?.close()
  await rm(folder, { recursive: true, force: true })
})

const keyOf = (tenantId: string): Promise<string> =>
  createIntegrationKey(store, {
    environment: 'test',
    tenantId,
    integration: 'code→ai',
    scopes: ['ai:features:code', 'ai:completions:use'],
    now: new Date(),
  })

const feature = (name: string) => ({
  path: `ai/features/${name}`,
  body: { input: { repository: { name: 'a/b' }, sources: [{ id: 'a.ts', text: 'Orders are stored here.' }] } },
})
const chat = (stream: boolean) => ({
  path: 'ai/v1/chat/completions',
  body: { model: 'deep', stream, messages: [{ role: 'user', content: 'Tell me of orders.' }] },
})
const events = { accept: 'text/event-stream' }

const doors = [
  ['a feature, streamed', { ...feature('code-review-narrative'), headers: events }],
  ['a feature, whole', { ...feature('code-review-narrative'), headers: {} }],
  ['a feature in a form, streamed', { ...feature('code-debt-analysis'), headers: events }],
  ['the compatible door, streamed', { ...chat(true), headers: {} }],
  ['the compatible door, whole', { ...chat(false), headers: {} }],
] as const

/** Begins a call, leaves once the model speaks, and gives how long the model went on: milliseconds. */
const leaveOnce = async (key: string, door: (typeof doors)[number][1]): Promise<number> => {
  const control = createModelControl(models.url)
  const calls = async () => (await Promise.all([control.calls(fast), control.calls(deep)])).flat()
  const leaving = new AbortController()
  const asked = fetch(`${host.urls['functions']}/api/${door.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-integration-key': key, ...door.headers },
    body: JSON.stringify(door.body),
    signal: leaving.signal,
  }).then((response) => response.text())
  const speaks = ({ outcome, tokensSent }: { outcome: string; tokensSent: number }) =>
    outcome === 'running' && tokensSent > 5
  const call = (await eventually(calls, (known) => known.some(speaks), 20_000)).find(speaks)
  const leftAt = Date.now()
  leaving.abort()
  await expect(asked).rejects.toThrow()
  const ended = (await control.endedCalls(call?.deployment ?? '')).find(({ at }) => at === call?.at)
  expect(ended?.outcome).toBe('aborted')
  return (ended?.endedAt ?? Infinity) - leftAt
}

describe('a caller that leaves', () => {
  it.each(doors)('ends the call of %s at the model within 100 ms, and it is metered', async (_, door) => {
    const tenantId = newTenantId()
    await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-pro' })
    const key = await keyOf(tenantId)
    const control = createModelControl(models.url)
    for (const deployment of [fast, deep])
      await control.order(deployment, { usual: { text: 'word '.repeat(2_000), tokensPerSecond: 50 } })
    const tries: number[] = []
    // A busy machine adds to the time of a try, never to that of all.
    while (Math.min(...tries) >= 100 && tries.length < 10) tries.push(await leaveOnce(key, door))
    expect(Math.min(...tries)).toBeLessThan(100)
    const ledger = await eventually(
      async () => (await store.open(aiCallTable).call.list({ tenantId }, { limit: 20 })).rows.map(({ value }) => value),
      (calls) => calls.length >= tries.length,
      20_000,
    )
    expect(ledger.map(({ outcome, isEstimated }) => [outcome, isEstimated])).toEqual(
      tries.map(() => ['cancelled', true]),
    )
    for (const { promptTokens, completionTokens } of ledger)
      expect(Math.min(promptTokens, completionTokens)).toBeGreaterThan(0)
  })
})
