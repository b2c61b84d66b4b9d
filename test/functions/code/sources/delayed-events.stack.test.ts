import { randomUUID } from 'node:crypto'
import { aroundEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { timerInput } from '../../../support/timer-input.ts'
import { sourceTable } from '../../../../functions/code/sources/source-table.ts'
import { publishDelayedEvents } from '../../../../functions/code/sources/timers.ts'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import type { CloudEvent } from '../../../../shared/bus/cloud-event.ts'
import { newEvent } from '../../../../shared/bus/event.ts'
import { outboxBuckets, outboxMarkerTable } from '../../../../shared/bus/outbox.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { startAzurite } from '../../../support/azurite.ts'
import { type CodeProduct, type Tenant, startCodeProduct } from './code-product.ts'

const draft = { provider: 'github', orgLogin: 'northwind', repoCount: 12 }
const path = 'code/organizations/org-1'

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

// The sweep goes over everybody's events, so the storage is of this file alone.
let azurite: Awaited<ReturnType<typeof startAzurite>>
let product: CodeProduct
let tenant: Tenant
beforeAll(async () => {
  azurite = await startAzurite()
  product = await startCodeProduct({ ...inject('stack').settings, DATA_STORAGE: azurite.connectionString })
  return async () => {
    await product.close()
    await azurite.stop()
  }
})
beforeEach(async () => {
  tenant = await product.tenant()
})

const later = () => new Date(Date.now() + 120_000)
const sweep = () => product.sweep()
const open = () => product.services.store()
const waiting = async ({ tenantId }: Tenant = tenant) =>
  (await open().open(sourceTable).outbox.list({ tenantId }, { limit: 1_000 })).rows.map(({ value }) => value.event)
const markers = async ({ tenantId }: Tenant = tenant) => {
  const { marker } = open().open(outboxMarkerTable)
  const pages = await Promise.all(outboxBuckets.names.map((bucket) => marker.list({ bucket }, { limit: 1_000 })))
  return pages.flatMap(({ rows }) => rows).filter(({ value }) => value.tenantId === tenantId)
}
const typesOf = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type)

/** Every endpoint that publishes, with what it takes. */
const calls = [
  ['PUT', `${path}/repositories/repo-1`, { name: 'northwind/storefront' }, 201, 'code.repo.discovered'],
  [
    'POST',
    `${path}/repositories`,
    { repositories: [{ id: 'repo-2', name: 'northwind/shop' }] },
    200,
    'code.repo.discovered',
  ],
  ['PUT', 'code/backups/job-1', { repositoryId: 'repo-1', organizationId: 'org-1' }, 202, 'code.backup.requested'],
  [
    'PUT',
    'code/repositories/repo-1/documentation-runs/run-1',
    { documentCount: 4 },
    201,
    'code.documentation.generated',
  ],
  ['PUT', 'code/repositories/repo-1/documents/handoff/refreshes/r-1', {}, 201, 'code.documentation.refreshed'],
  [
    'PUT',
    'code/repositories/repo-1/scans/scan-1',
    {
      organizationId: 'org-1',
      completedAt: '2026-03-01T08:00:00Z',
      secrets: [{ fingerprint: 'a'.repeat(64), secretType: 'aws_access_key', severity: 'high' }],
    },
    201,
    'code.security.new_secret_detected',
  ],
  ['DELETE', path, undefined, 204, 'code.org.disconnected'],
] as const

describe('while the bus is away', () => {
  it.each<readonly [string, Fault]>([
    ['answers 503', { kind: 'status', status: 503 }],
    ['cuts the connection', { kind: 'reset-connection' }],
    ['refuses our key', { kind: 'expired-key' }],
    ['takes no more requests', { kind: 'rate-limit', retryAfter: '60' }],
  ])('and %s, an organization is connected all the same, and its event goes out with the sweep', async (_, fault) => {
    await tenant.bus.setFaults(fault)
    expect((await tenant.ask('PUT', path, draft))[0]).toBe(201)
    expect(await tenant.arrived()).toEqual([])
    const [event] = await waiting()
    expect(event).toMatchObject({ type: 'code.org.connected', tenantid: tenant.tenantId })
    expect(await markers()).toHaveLength(1)

    expect((await tenant.ask('PUT', path, draft))[0]).toBe(200)
    expect(await waiting()).toHaveLength(1)

    await tenant.bus.clearFaults()
    await sweep()
    const [arrived, ...others] = await tenant.arrived()
    expect(others).toEqual([])
    expect(arrived).toEqual(event)
    expect([await waiting(), await markers()]).toEqual([[], []])
  })

  it('nobody listens at its address, and every endpoint answers as usual', { timeout: 60_000 }, async () => {
    const lonely = await product.tenant({ busUrl: 'http://127.0.0.1:9' })
    expect((await lonely.ask('PUT', path, draft))[0]).toBe(201)
    for (const [method, where, body, status] of calls)
      expect({ where, status: (await lonely.ask(method, where, body))[0] }).toEqual({ where, status })
    const types = ['code.org.connected', ...calls.map(([, , , , type]) => type)]
    expect(typesOf(await waiting(lonely))).toEqual(types)
    for (const [method, where, body] of calls.slice(2)) await lonely.ask(method, where, body)
    expect(typesOf(await waiting(lonely))).toEqual(types)

    await sweep()
    expect(typesOf(await lonely.arrived())).toEqual(types)
    expect([await waiting(lonely), await markers(lonely)]).toEqual([[], []])
    await sweep()
    expect(await lonely.arrived()).toHaveLength(types.length)
  })

  it('a scan with more new secrets than one commit holds is recorded, and all of them go out later', async () => {
    await tenant.know('repo-1')
    await tenant.bus.setFaults({ kind: 'status', status: 503 })
    const secrets = Array.from({ length: 181 }, (_, index) => ({
      fingerprint: index.toString(16).padStart(64, '0'),
      secretType: 'aws_access_key',
      severity: 'low',
    }))
    const body = { organizationId: 'org-1', completedAt: '2026-03-01T08:00:00Z', secrets }
    const scan = ['PUT', 'code/repositories/repo-1/scans/scan-1', body] as const
    expect(await tenant.ask(...scan)).toEqual([201, { newSecrets: 181, comparedWith: null }])
    expect([(await waiting()).length, (await markers()).length]).toEqual([181, 3])
    // Only the first of the three commits waited for the bus.
    const delays = product.lines.filter((line) => line.includes('publishing_delayed') && line.includes(tenant.tenantId))
    expect(delays).toHaveLength(1)
    await tenant.bus.clearFaults()
    await sweep()
    const subjects = (await tenant.arrived()).map(({ subject = '' }) => subject)
    expect(subjects.toSorted()).toEqual(secrets.map(({ fingerprint }) => fingerprint))
    expect([await waiting(), await markers()]).toEqual([[], []])
  })
})

describe('a crash', () => {
  const crashed = async (): Promise<CloudEvent> => {
    const { tenantId } = tenant
    const event = newEvent({
      type: 'code.org.connected',
      tenantId,
      subject: 'org-1',
      data: { org_id: 'org-1', provider: 'github', org_login: 'northwind', repo_count: 12 },
      now: new Date(),
    })
    const rows = open().open(sourceTable)
    const since = new Date().toISOString()
    await open()
      .open(outboxMarkerTable)
      .marker.insert({
        bucket: outboxBuckets.names[3] ?? '',
        since,
        commit: randomUUID(),
        table: sourceTable.name,
        tenantId,
      })
    await rows.transaction([
      rows.organization.toInsert({
        tenantId,
        orgId: 'org-1',
        ...draft,
        provider: 'github',
        isConnected: true,
        connectedAt: since,
      }),
      rows.outbox.toInsert({ tenantId, sequence: '1', event }),
    ])
    return event
  }

  it('between the change and its publication leaves the event to the sweep', async () => {
    const event = await crashed()
    expect((await tenant.ask('PUT', path, draft))[0]).toBe(200)
    expect(await tenant.arrived()).toEqual([])
    await sweep()
    expect(await tenant.arrived()).toEqual([event])
    expect([await waiting(), await markers()]).toEqual([[], []])
  })

  it('between the publication and its record has the event published twice, and it arrives once', async () => {
    const event = await crashed()
    await (await product.services.bus()).publish(event)
    await sweep()
    expect(await tenant.arrived()).toEqual([event])
    expect(await tenant.bus.events()).toMatchObject([{ id: event.id, accepted: 2 }])
  })
})

describe('the timer of The One Code', () => {
  it('sweeps the table of sources', async () => {
    await tenant.bus.setFaults({ kind: 'expired-key' })
    await tenant.ask('PUT', path, draft)
    await tenant.bus.clearFaults()
    const services = { ...product.sweeper(), now: later }
    await publishDelayedEvents.handler(timerInput(services))
    expect(typesOf(await tenant.arrived())).toEqual(['code.org.connected'])
  })
})
