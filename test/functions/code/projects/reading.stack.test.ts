import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { projectFlow } from '../../../../functions/code/projects/orchestration.ts'
import { requestIdOf } from '../../../../shared/flows/attempts.ts'
import { projectFolder } from '../../../../local/parts.ts'
import { instanceIdOf } from '../../../../shared/flows/flow-request.ts'
import { eventually } from '../../../support/eventually.ts'
import { recordingOf, replay } from '../../../support/replay.ts'
import { storedText } from '../../../support/stored-text.ts'
import { recommendation, startProjecting } from './projecting.ts'

const stack = inject('stack')
const hubName =
  (
    JSON.parse(readFileSync(join(projectFolder, 'host.json'), 'utf8')) as {
      extensions: { durableTask?: { hubName?: string } }
    }
  ).extensions.durableTask?.hubName ?? 'TestHubName'

describe.concurrent('a project that is done', () => {
  it('is shown as PSA has it now, and as it was last known when PSA cannot be asked or has it no longer', async () => {
    const { request, finished, read, list, psa } = await startProjecting(stack)
    const id = await request(recommendation())
    const { psaProject } = await finished(id)
    await psa.changeProject(psaProject?.id ?? '', { status: 'active', estimateHours: 30 })
    // The list does not ask PSA.
    expect((await list()).projects).toMatchObject([{ psaProject: { status: 'planned', live: false } }])
    expect(await read(id)).toMatchObject({ psaProject: { status: 'active', estimateHours: 30, live: true } })
    const known = { status: 'active', estimateHours: 30, live: false }
    expect((await list()).projects).toMatchObject([{ effortHours: 24.5, psaProject: known }])
    await psa.setFaults({ kind: 'hang' })
    expect(await read(id)).toMatchObject({ state: 'completed', psaProject: known })
    await psa.clearFaults()
    await psa.deleteProject(psaProject?.id ?? '')
    expect(await read(id)).toMatchObject({ state: 'completed', psaProject: known })
  })

  it('has left no texts behind but its title', async () => {
    const since = new Date()
    const { request, finished, psa, tenantId } = await startProjecting(stack)
    const given = recommendation({ summary: 'A summary that is nowhere else: nalorex.' })
    await finished(await request(given))
    expect((await psa.projects())[0]?.description).toContain('nalorex')
    const stored = await storedText(stack.settings['DATA_STORAGE'] ?? '', { since })
    expect(stored).toContain(tenantId)
    expect(stored.includes('nalorex')).toBe(false)
  })
})

describe.concurrent('the list of projects', () => {
  it('has the newest first, and its pages have each once', async () => {
    const { request, finished, list } = await startProjecting(stack)
    const ids: string[] = []
    for (let count = 0; count < 5; count += 1) ids.push(await request(recommendation()))
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await list({ limit: '2', ...(cursor !== undefined && { cursor }) })
      seen.push(...page.projects.map(({ id }) => id))
      cursor = page.nextCursor
      // One that comes in between is newer than all of them.
      if (seen.length === 2) ids.push(await request(recommendation()))
    } while (cursor !== undefined)
    expect(seen).toEqual(ids.slice(0, 5).toReversed())
    await Promise.all(ids.map(finished))
  })

  it('of another tenant shows nothing with its cursor', async () => {
    const [one, other] = [await startProjecting(stack), await startProjecting(stack)]
    const ids = [await one.request(recommendation()), await one.request(recommendation())]
    const { nextCursor = '' } = await one.list({ limit: '1' })
    expect(nextCursor).not.toBe('')
    const response = await other.client.fetch(
      `/api/code/projects?${new URLSearchParams({ cursor: nextCursor }).toString()}`,
    )
    const text = await response.text()
    for (const id of ids) expect(text).not.toContain(id)
    await Promise.all(ids.map(one.finished))
  })
})

describe('the orchestration of a project', () => {
  it('replays at every prefix of what the host wrote, and its history has no texts', async () => {
    const { request, finished, tenantId } = await startProjecting(stack)
    const given = recommendation()
    const id = await request(given)
    await finished(id)
    const instanceId = instanceIdOf(tenantId, projectFlow.name, requestIdOf(id, 1))
    const recording = await eventually(
      () => recordingOf(stack.settings['AzureWebJobsStorage'] ?? '', hubName, instanceId),
      ({ history }) => history.some((event) => 'OrchestrationStatus' in event),
      10_000,
    )
    expect(await replay(projectFlow, recording)).toBeGreaterThan(8)
    const kept = JSON.stringify(recording)
    for (const text of [given.title, given.summary, given.steps[0]?.title ?? '', given.url])
      expect(kept).not.toContain(text)
  })
})
