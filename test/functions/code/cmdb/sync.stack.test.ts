import { aroundEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { openProfiles } from '../../../../functions/code/cmdb/profile-table.ts'
import { syncBatch } from '../../../../functions/code/cmdb/sync-batch.ts'
import { recordOutcomes } from '../../../../functions/code/cmdb/sync-recording.ts'
import { listRefusals } from '../../../../functions/code/cmdb/refusal.ts'
import { requestReconciliation } from '../../../../functions/code/cmdb/syncs.ts'
import { beginSync } from '../../../../functions/code/cmdb/sync-turn.ts'
import { clientMappingTable } from '../../../../functions/code/clients/client-mapping.ts'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import { clientTable } from '../../../../shared/clients/client-directory.ts'
import type { Queues } from '../../../../shared/bus/queues.ts'
import { ownerOfTenant } from '../../../../shared/incidents/incident-owner.ts'
import { incidentTable } from '../../../../shared/incidents/incident-table.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { isLong, oneOfEach } from '../../../support/thoroughness.ts'
import { type Organization, type Stage, draft, startStage } from './cmdb-stage.ts'

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

let stage: Stage
let organization: Organization
beforeAll(async () => {
  stage = await startStage(inject('stack').settings)
  return () => stage.close()
})
beforeEach(() => {
  organization = stage.organization()
})

const numbered = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, index) => `repo-${String(index + from).padStart(4, '0')}`)
const putAll = async (ids: readonly string[], given = {}): Promise<void> => {
  for (const id of ids) await organization.put(id, given)
}
const tools = () => ({ store: stage.services.store(), now: stage.services.now })
const requests = async (): Promise<Partial<Record<string, number>>> => organization.cmdb.requests()
const result = (given: object) => ({ sent: 0, retired: 0, refused: 0, held: 0, hasMore: false, ...given })

describe('a sync to CMDB', () => {
  it('makes an asset of each profile, with everything that CMDB shows', async () => {
    await organization.put('repo-1', draft())
    await organization.put('repo-2', { ...draft({ name: 'plain', techStack: [] }) })
    const synced = await organization.sync()
    expect(synced.result).toEqual(result({ sent: 2 }))
    expect(
      (await organization.cmdb.assets()).find(({ externalReference }) => externalReference === 'repo-1'),
    ).toMatchObject({
      type: 'software_application',
      name: 'northwind/storefront',
      clientId: null,
      attributes: {
        repositoryUrl: 'https://github.com/northwind/storefront',
        appType: 'web_application',
        techStack: ['TypeScript', 'React'],
        healthScore: 82.5,
        debtScore: 31,
        lastCommitAt: '2026-03-01T08:00:00.000Z',
        commitFrequency: 12.5,
        hostingPlatform: 'azure',
        dataClassification: 'confidential',
      },
      sourceVersion: 1,
      state: 'active',
    })
    expect(await organization.waiting()).toEqual([])
  })

  it('sends only what has changed since the one before, and nothing when nothing has', async () => {
    await putAll(numbered(5))
    await organization.sync()
    expect((await requests())['putAsset']).toBe(5)
    await putAll(numbered(5))
    await organization.put('repo-0003', { healthScore: 11 })
    expect((await organization.sync()).result).toEqual(result({ sent: 1 }))
    expect((await organization.sync()).result).toEqual(result({}))
    expect(await requests()).toEqual({ putAsset: 6 })
    const [changed, ...others] = (await organization.cmdb.assets()).filter(({ sourceVersion }) => sourceVersion > 1)
    expect(changed).toMatchObject({ externalReference: 'repo-0003', sourceVersion: 2, attributes: { healthScore: 11 } })
    expect(others).toEqual([])
  })

  // A step takes 200.
  const manyOfThem = isLong ? 430 : 201
  it('takes as many steps as there are changes for, each with its own', async () => {
    await organization.seed(numbered(manyOfThem))
    const steps: string[] = []
    const { result: outcome } = await organization.sync({ onStep: (name) => steps.push(name) })
    expect(outcome).toEqual(result({ sent: manyOfThem }))
    expect(steps.filter((name) => name === 'code-send-cmdb-batch')).toHaveLength(Math.ceil(manyOfThem / 200))
    expect(await requests()).toEqual({ putAsset: manyOfThem })
    expect(await organization.assets('active')).toEqual(numbered(manyOfThem))
    const standing = await openProfiles(stage.services.store()).standing.get(organization)
    expect(standing?.value).toMatchObject({ activeAssets: manyOfThem })
  })

  it('leaves the assets of other organizations alone', async () => {
    const other = stage.organization()
    await other.put('repo-1', { name: 'theirs' })
    await other.sync()
    await organization.put('repo-1', { name: 'ours' })
    await putAll(['repo-2', 'repo-3'])
    await organization.sync()
    await organization.remove('repo-1')
    await organization.sync()
    expect((await other.cmdb.assets()).map(({ name, state }) => [name, state])).toEqual([['theirs', 'active']])
    // In the order in which they were sent, eight at once.
    const own = (await organization.cmdb.assets()).map(({ name, state }) => [name, state])
    expect(own.toSorted(([left = ''], [right = '']) => (left < right ? -1 : 1))).toEqual([
      ['ours', 'retired'],
      ['repo-2', 'active'],
      ['repo-3', 'active'],
    ])
  })
})

describe('the client of an asset', () => {
  const mapTo = async (cmdbClientId: string | undefined) => {
    const { tenantId } = organization
    const store = stage.services.store()
    await store
      .open(clientTable)
      .client.upsert({ tenantId, clientId: 'client-1', name: 'Fabrikam', ...(cmdbClientId && { cmdbClientId }) })
    await store
      .open(clientMappingTable)
      .mapping.upsert({ tenantId, source: 'organization', sourceId: 'org-1', clientId: 'client-1' })
  }
  const clients = async () =>
    Object.fromEntries(
      (await organization.cmdb.assets()).map(({ externalReference, clientId }) => [externalReference, clientId]),
    )

  it('is the one that CMDB knows for the mapped client, and none while CMDB has no name for it', async () => {
    await mapTo(undefined)
    await organization.put('repo-1')
    await organization.sync()
    expect(await clients()).toEqual({ 'repo-1': null })
    await mapTo('cmdb-77')
    await organization.put('repo-2', { organizationId: 'org-2' })
    expect((await organization.sync()).result).toEqual(result({ sent: 2 }))
    expect(await clients()).toEqual({ 'repo-1': 'cmdb-77', 'repo-2': null })
  })

  it('changes with the mapping, although no profile has changed, and only for those that it is about', async () => {
    await putAll(['repo-1', 'repo-2', 'repo-3'])
    await organization.put('repo-4', { organizationId: 'org-2' })
    await organization.sync()
    await mapTo('cmdb-77')
    const { tenantId } = organization
    await stage.services
      .store()
      .open(clientMappingTable)
      .mapping.upsert({ tenantId, source: 'repository', sourceId: 'repo-2', clientId: 'nobody' })
    expect((await organization.sync()).result).toEqual(result({ sent: 2 }))
    expect(await clients()).toEqual({ 'repo-1': 'cmdb-77', 'repo-2': null, 'repo-3': 'cmdb-77', 'repo-4': null })
    expect((await organization.sync()).result).toEqual(result({}))
    expect(await requests()).toEqual({ putAsset: 6 })
  })
})

describe('a repository that is gone', () => {
  it('has its asset retired, and active again once it is back', async () => {
    await putAll(['repo-1', 'repo-2', 'repo-3'])
    await organization.sync()
    await organization.remove('repo-1')
    expect((await organization.sync()).result).toEqual(result({ retired: 1 }))
    expect(await organization.assets('retired')).toEqual(['repo-1'])
    await organization.put('repo-1')
    expect((await organization.sync()).result).toEqual(result({ sent: 1 }))
    expect(await organization.assets('active')).toEqual(['repo-1', 'repo-2', 'repo-3'])
    expect(await organization.waiting()).toEqual([])
  })

  it('that CMDB never heard of is done with', async () => {
    await organization.put('repo-1')
    await organization.remove('repo-1')
    expect((await organization.sync()).result).toEqual(result({}))
    expect([await organization.assets(), await organization.waiting()]).toEqual([[], []])
  })
})

describe('CMDB failing', () => {
  const faults: readonly Fault[] = [
    { kind: 'status', status: 503, times: 3 },
    { kind: 'rate-limit', times: 2 },
    { kind: 'reset-connection', times: 4 },
    { kind: 'expired-key', times: 2 },
    { kind: 'wrong-body', times: 1 },
    { kind: 'commit-then-status', status: 500, times: 5 },
  ]
  /** The client of CMDB tells the kinds of failures apart; the sync sees whether CMDB has the asset. */
  const hasKept = ({ kind }: Fault): string => String(kind.startsWith('commit'))
  it.each(oneOfEach(faults, hasKept))('for a while ($kind) only delays the sync', async (fault) => {
    await organization.seed(numbered(50))
    await organization.cmdb.setFaults(fault)
    expect((await organization.sync({ triesMax: 10 })).result).toEqual(result({ sent: 50 }))
    expect(await organization.assets('active')).toEqual(numbered(50))
    expect(await organization.waiting()).toEqual([])
  })

  it('after it has taken an asset, without an answer, leaves one asset that is counted once', async () => {
    await putAll(numbered(3))
    await organization.cmdb.setFaults({ kind: 'commit-then-hang', times: 1 })
    const services = stage.servicesWith({ attemptMs: 200 })
    expect((await organization.sync({ services, triesMax: 5 })).result).toEqual(result({ sent: 3 }))
    expect(await organization.assets('active')).toEqual(numbered(3))
  })

  it('until the time is up ends the sync as failed, and the next one goes on with what is left', async () => {
    await putAll(numbered(3))
    await organization.cmdb.setFaults({ kind: 'status', status: 503 })
    await expect(organization.sync()).rejects.toThrow('peer-unavailable')
    const { tenantId } = organization
    const rows = openProfiles(stage.services.store())
    const standing = await rows.standing.get({ tenantId })
    const failed = await rows.sync.get({ tenantId, requestId: standing?.value.latest ?? '' })
    expect(failed?.value).toMatchObject({ state: 'failed', problem: { code: 'peer-unavailable' }, sent: 0, of: 3 })
    await organization.cmdb.clearFaults()
    expect((await organization.sync()).result).toEqual(result({ sent: 3 }))
  })

  it('for good on some profiles stops none of the others, is an incident that names them, and is tried with each sync', async () => {
    await organization.seed(numbered(50))
    await organization.cmdb.setFaults({ kind: 'status', status: 422, times: 2 })
    expect((await organization.sync()).result).toEqual(result({ sent: 48, refused: 2 }))
    const taken = new Set(await organization.assets())
    const refused = numbered(50).filter((id) => !taken.has(id))
    expect(refused).toHaveLength(2)
    expect(await organization.waiting()).toEqual(refused)
    const incidents = await stage.services
      .store()
      .open(incidentTable)
      .incident.list({ owner: ownerOfTenant(organization.tenantId) }, { limit: 10 })
    expect(
      incidents.rows.map(({ value: { integration, code, count, facts } }) => [integration, code, count, facts]),
    ).toEqual([['code→cmdb', 'peer-rejected', 2, { peer: 'cmdb', peerOperation: 'put asset', subjects: refused }]])
    expect((await organization.sync()).result).toEqual(result({ sent: 2 }))
    expect(await organization.assets()).toEqual(numbered(50))
    expect([await organization.waiting(), (await organization.sync()).result]).toEqual([[], result({})])
  })

  it('for good again and again is counted once in each sync, and listed with the reason of CMDB until it takes it', async () => {
    const { tenantId } = organization
    const refusals = async () => (await listRefusals(stage.services.store(), tenantId, { limit: 25 })).refusals
    await putAll(['repo-1', 'repo-2'])
    await organization.sync()
    await organization.put('repo-1', { healthScore: 2 })
    await organization.cmdb.setFaults({ kind: 'status', operation: 'putAsset', status: 422 })
    const first = await organization.sync()
    expect(first.result).toEqual(result({ refused: 1 }))
    const { requestId, result: second } = await organization.sync()
    expect(second).toEqual(result({ refused: 1 }))
    expect(await refusals()).toEqual([
      {
        repositoryId: 'repo-1',
        name: 'repo-1',
        wanted: 'put',
        reason: expect.stringMatching(/\S/) as string,
        refusedAt: expect.any(String) as string,
        syncId: requestId,
      },
    ])
    await organization.cmdb.clearFaults()
    expect((await organization.sync()).result).toEqual(result({ sent: 1 }))
    expect(await refusals()).toEqual([])
  })

  it('to keep an asset is made good when somebody asks for everything to be sent again', async () => {
    await putAll(['repo-1', 'repo-2', 'repo-3'])
    await organization.sync()
    await organization.cmdb.delete('repo-2')
    expect((await organization.sync()).result).toEqual(result({}))
    const queues = { send: async () => {} } as unknown as Queues
    const services = { ...stage.services, queues: async () => queues }
    const asked = { tenantId: organization.tenantId, requestedBy: 'user:an-admin' }
    const { id } = await requestReconciliation(services, asked)
    expect(await organization.sync()).toEqual({ requestId: id, result: result({ sent: 3 }) })
    expect(await organization.assets('active')).toEqual(['repo-1', 'repo-2', 'repo-3'])
    expect((await organization.sync()).result).toEqual(result({}))
  })
})

describe('two syncs at once', () => {
  it('are one: who asks while one is on joins it', async () => {
    const asked = { tenantId: organization.tenantId, requestedBy: 'user:a-tester' }
    const begun = await Promise.all(Array.from({ length: 6 }, () => beginSync(tools(), asked)))
    expect(new Set(begun.map(({ sync }) => sync.requestId)).size).toBe(1)
    expect(begun.filter(({ isNew }) => isNew)).toHaveLength(1)
    const { requestId, result: outcome } = await organization.sync()
    expect([requestId, outcome]).toEqual([begun[0]?.sync.requestId, result({})])
    expect((await beginSync(tools(), asked)).isNew).toBe(true)
  })

  it('whose steps run twice, or at the same time, send each version and count it once', async () => {
    await organization.seed(numbered(50))
    const asked = { tenantId: organization.tenantId, requestedBy: 'user:a-tester' }
    const { sync } = await beginSync(tools(), asked)
    await Promise.all([stage.run(sync), stage.run(sync, { triesMax: 3 })])
    const row = await openProfiles(stage.services.store()).sync.get(sync)
    expect(row?.value).toMatchObject({ state: 'completed', sent: 50 })
    const standing = await openProfiles(stage.services.store()).standing.get(sync)
    expect(standing?.value).toMatchObject({ activeAssets: 50 })
    expect(standing?.value).not.toHaveProperty('current')
  })

  it('one of which was abandoned for a day: another takes its place, and the old one does nothing any more', async () => {
    await organization.put('repo-1')
    const asked = { tenantId: organization.tenantId, requestedBy: 'user:a-tester' }
    const old = (await beginSync(tools(), asked)).sync
    const later = () => new Date(Date.now() + 27 * 3_600_000)
    const taken = await beginSync({ ...tools(), now: later }, asked)
    expect(taken).toMatchObject({ isNew: true })
    expect(await stage.run(old)).toEqual(result({ hasMore: true }))
    // As if it had been in the middle.
    expect(await syncBatch(stage.services, old, null)).toMatchObject({ done: 0, cursor: null })
    expect(await organization.assets()).toEqual([])
    expect(await stage.run(taken.sync)).toEqual(result({ sent: 1 }))
  })
})

describe('a profile that changes while it is under way', () => {
  it('is sent again, and the version that is late does not undo the newer one', async () => {
    await organization.put('repo-1', { healthScore: 1 })
    const slow = organization.cmdb.setFaults({ kind: 'latency', ms: 400, times: 1 })
    await slow
    const first = organization.sync()
    await expect.poll(async () => (await requests())['putAsset']).toBe(1)
    await organization.put('repo-1', { healthScore: 2 })
    expect((await first).result).toEqual(result({ sent: 1, hasMore: true }))
    expect(await organization.waiting()).toEqual(['repo-1'])
    expect((await organization.sync()).result).toEqual(result({ sent: 1 }))
    expect(await organization.cmdb.assets()).toMatchObject([{ sourceVersion: 2, attributes: { healthScore: 2 } }])
  })

  it('is recorded as what is newest in CMDB, whatever comes to be recorded last', async () => {
    const { tenantId } = organization
    await organization.put('repo-1', { healthScore: 1 })
    const rows = openProfiles(stage.services.store())
    const { sync } = await beginSync(tools(), { tenantId, requestedBy: 'user:a-tester' })
    const key = { tenantId, repositoryId: 'repo-1' }
    const [change, profile] = await Promise.all([rows.change.get(key), rows.profile.get(key)])
    if (!change || !profile) throw new Error('The profile is missing.')
    const sent = (version: number) =>
      ({ change, profile, result: 'sent', asset: { version, state: 'active', clientId: null } }) as const
    await organization.put('repo-1', { healthScore: 2 })
    await recordOutcomes(tools(), sync, [sent(2)])
    await recordOutcomes(tools(), sync, [sent(1)])
    expect((await rows.profile.get(key))?.value.asset).toMatchObject({ version: 2 })
  })

  it('goes on above the version that CMDB has when more was sent than is known here', async () => {
    await putAll(['repo-1'])
    const cmdb = await stage.services.cmdb()
    await cmdb.putAsset(organization.tenantId, 'repo-1', {
      type: 'software_application',
      name: 'from before the backup was restored',
      clientId: null,
      attributes: { appType: 'service', techStack: [] },
      sourceVersion: 40,
    })
    expect((await organization.sync()).result).toEqual(result({ hasMore: true }))
    expect((await organization.sync()).result).toEqual(result({ sent: 1 }))
    expect(await organization.cmdb.assets()).toMatchObject([{ sourceVersion: 41, name: 'repo-1' }])
  })
})
