// What a sync to CMDB costs when little has changed: 1,000 of 100,000 profiles, beside as many bare requests to CMDB. It throws when
// CMDB is asked for more than what has changed. The steps run as Durable calls them, without its own cost (see orchestrations.ts).
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { startChild } from '@theone/local-process/child-process'
import { beginSync } from '../functions/code/cmdb/sync-turn.ts'
import { projectFolder } from '../local/parts.ts'
import { loadConfig } from '../shared/config/config.ts'
import { type Services, createServices } from '../shared/services.ts'
import { runWithLogSink } from '../shared/telemetry/log.ts'
import { draft, runFlow, seedProfiles } from '../test/functions/code/cmdb/cmdb-stage.ts'
import { cmdbControl } from '../test/support/cmdb-control.ts'
import type { Bench } from './benchmark.ts'
import { liveHeapMb } from './live-heap.ts'
import type { Measurement } from './measurement.ts'

const profileCount = 100_000
const changedCount = 1_000
/** As many as the sync has under way. */
const atOnce = 8

type Measured = { readonly ms: number; readonly heapMb: number; readonly calls: number }

export const measureCmdbSync = async ({ folder, settings, progress }: Bench): Promise<readonly Measurement[]> => {
  const key = 'key-of-the-benchmark'
  const cmdb = await startChild({
    name: 'CMDB',
    file: join(projectFolder, 'local/stand-ins/main.ts'),
    args: ['cmdb', '--data', join(folder, 'cmdb')],
    env: { LOCAL_CMDB_PORT: '0', CMDB_SERVICE_KEY: key },
    onLine: (line) => console.error(line),
  })
  const url = cmdb.urls['cmdb'] ?? ''
  const services = createServices(loadConfig({ ...settings, CMDB_API_URL: url, CMDB_SERVICE_KEY: key }))
  const sync = async (profiles: number): Promise<Measured> => {
    progress(`seeds ${profiles} profiles`)
    const tenantId = await seededTenant(services, profiles)
    progress(`syncs ${changedCount} of ${profiles} profiles`)
    return syncOnce(services, url, tenantId)
  }
  try {
    // The first one also loads what is needed, and tells how the heap grows in a sync when there is nothing beside it.
    const few = await sync(changedCount)
    const many = await sync(profileCount)
    progress('bare requests')
    const bareMs = await bareRequests(url, key)
    return [measurementOf(many, few, bareMs)]
  } finally {
    await cmdb.stop()
  }
}

/** Every so many profiles one has changed. */
const seededTenant = async (services: Services, profiles: number): Promise<string> => {
  const tenantId = `tenant-${randomUUID()}`
  const ids = Array.from({ length: profiles }, (_, index) => `repo-${String(index).padStart(6, '0')}`)
  const every = profiles / changedCount
  const changed = ids.filter((_, index) => index % every === 0)
  await seedProfiles(services.store(), tenantId, ids, changed)
  return tenantId
}

const syncOnce = async (services: Services, cmdbUrl: string, tenantId: string): Promise<Measured> => {
  let heapMb = 0
  const before = liveHeapMb()
  const look = (): void => {
    heapMb = Math.max(heapMb, liveHeapMb() - before)
  }
  const watch = setInterval(look, 500)
  try {
    const begun = performance.now()
    const tools = { store: services.store(), now: services.now }
    const { sync } = await beginSync(tools, { tenantId, requestedBy: 'the benchmark' })
    const result = await runWithLogSink(silence, () => runFlow(services, sync))
    const ms = performance.now() - begun
    const { putAsset: calls = 0 } = await cmdbControl(cmdbUrl, tenantId).requests()
    if (result['sent'] !== changedCount || calls !== changedCount)
      throw new Error(
        `${changedCount} profiles have changed; CMDB was asked ${calls} times, with ${JSON.stringify(result)}.`,
      )
    return { ms, heapMb, calls }
  } finally {
    clearInterval(watch)
  }
}

/** The table of figures is all that there is to read. */
const silence = (): void => {}

const bareRequests = async (url: string, key: string): Promise<number> => {
  const tenantId = `tenant-${randomUUID()}`
  const { name, url: repositoryUrl, organizationId: _organizationId, ...attributes } = draft()
  const body = JSON.stringify({
    type: 'software_application',
    name,
    clientId: null,
    attributes: { repositoryUrl, ...attributes },
    sourceVersion: 1,
  })
  const headers = { 'x-integration-key': key, 'x-tenant-id': tenantId, 'content-type': 'application/json' }
  const left = Array.from({ length: changedCount }, (_, index) => `repo-${index}`)
  const putNext = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const response = await fetch(`${url}/v1/assets/${id}`, { method: 'PUT', headers, body })
      await response.arrayBuffer()
      if (response.status !== 201) throw new Error(`CMDB answered ${response.status}.`)
    }
  }
  const begun = performance.now()
  await Promise.all(Array.from({ length: atOnce }, putNext))
  return performance.now() - begun
}

const perSecond = (ms: number): number => (changedCount * 1_000) / ms

const measurementOf = (many: Measured, few: Measured, bareMs: number): Measurement => ({
  name: 'CMDB sync, 1,000 changed of 100,000 profiles',
  figure: perSecond(many.ms),
  unit: 'records/s',
  floor: { name: 'bare requests to CMDB', figure: perSecond(bareMs) },
  details: {
    calls: many.calls,
    heapGrowthMb: Math.round(many.heapMb),
    heapGrowthMbOf1000Profiles: Math.round(few.heapMb),
    msOf1000Profiles: Math.round(few.ms),
  },
})
