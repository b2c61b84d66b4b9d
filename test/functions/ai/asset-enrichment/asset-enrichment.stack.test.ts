// Enrichments of assets against the stand-ins of CMDB, RMM and Defend: what CMDB is told, once, whatever is cut off in between.
import { aroundEach, describe, expect, inject, it } from 'vitest'
import {
  assetEnrichmentTable,
  unfinishedAssetEnrichments,
} from '../../../../functions/ai/asset-enrichment/asset-enrichment-table.ts'
import { enrichTenant } from '../../../../functions/ai/asset-enrichment/nightly.ts'
import { incidentTable, ownerOfTenant, platform } from '../../../../shared/incidents/incident-table.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { newClient } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { markersOf } from '../../../support/pending-markers.ts'
import { expectProblem, problemOf } from '../../../support/problem.ts'
import { lastSeenAt, startEnriching } from './enriching.ts'

const stack = inject('stack')

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

describe('an enrichment of an asset', () => {
  it('fills what is open from RMM and Defend, and shows what differs from what a person wrote', async () => {
    const { putAsset, fieldsOf, putDevice, putDefended, begin } = await startEnriching(stack)
    await putAsset([{ field: 'serialNumber', value: 'SN-9', origin: 'person' }])
    await putDevice()
    await putDefended()
    const { decide, write, row } = await begin()
    await decide()
    expect(await write()).toEqual({ written: 3, proposed: 1 })
    expect(await fieldsOf()).toEqual({
      serialNumber: 'SN-9 (person)',
      patchState: 'up to date (enrichment)',
      lastSeenAt: `${lastSeenAt} (enrichment)`,
      exposure: 'critical: one open detection (enrichment)',
    })
    expect(await row()).toMatchObject({
      sources: [
        { product: 'rmm', outcome: 'read' },
        { product: 'defend', outcome: 'read' },
        { product: 'code', outcome: 'not-found' },
      ],
      proposed: ['serialNumber'],
    })
  })

  it('is one however often its steps run, also when CMDB was told and nobody heard it', async () => {
    const { putAsset, enrichments, putDevice, fail, begin } = await startEnriching(stack)
    await putAsset()
    await putDevice()
    const { decide, write, row } = await begin()
    await decide()
    await decide()
    await fail('cmdb', 'createEnrichment', { kind: 'commit-then-status', status: 500, times: 1 })
    expect(await write()).toEqual({ written: 3, proposed: 0 })
    expect(await write()).toEqual({ written: 3, proposed: 0 })
    expect(await enrichments()).toHaveLength(1)
    expect(await row()).not.toHaveProperty('draft')
  })

  it('that was cut off before it was recorded finds what CMDB has', async () => {
    const { services, tenantId, putAsset, enrichments, putDevice, begin } = await startEnriching(stack)
    await putAsset()
    await putDevice()
    const { decide, write, row } = await begin()
    await decide()
    const { draft } = (await row()) ?? {}
    if (!draft) throw new Error('There is no draft.')
    await (await services.cmdb()).createEnrichment(tenantId, draft)
    expect(await write()).toMatchObject({ written: 3 })
    expect(await enrichments()).toHaveLength(1)
  })

  it('is decided anew when a person changes the asset meanwhile: what they wrote, or emptied, stays', async () => {
    const { putAsset, fieldsOf, putDevice, begin } = await startEnriching(stack)
    await putAsset()
    await putDevice()
    const { decide, write } = await begin()
    await decide()
    await putAsset([{ field: 'serialNumber', value: 'SN-7', origin: 'person' }])
    expect(await write()).toEqual({ written: 2, proposed: 1 })
    expect(await fieldsOf()).toMatchObject({ serialNumber: 'SN-7 (person)' })
  })

  it('is not made for an asset that CMDB has not', async () => {
    const { enrichments, begin } = await startEnriching(stack)
    const { decide, write, row } = await begin('asset-unknown')
    expect(await decide()).toEqual({ stopped: true })
    expect(await write()).toEqual({ written: 0, proposed: 0 })
    expect(await row()).toMatchObject({ stop: 'no-such-asset' })
    expect(await enrichments()).toEqual([])
  })

  it('takes nothing of several devices that are one asset to RMM', async () => {
    const { putAsset, putDevice, begin } = await startEnriching(stack)
    await putAsset()
    await putDevice()
    await putDevice({ serialNumber: 'SN-2' }, 'device-2')
    const { decide, write, row } = await begin()
    await decide()
    expect(await write()).toEqual({ written: 0, proposed: 0 })
    expect((await row())?.sources?.[0]).toEqual({ product: 'rmm', outcome: 'ambiguous' })
  })

  it('says which product could not be read, with an incident, and takes what the others say', async () => {
    const { store, tenantId, putAsset, putDevice, putDefended, fail, begin } = await startEnriching(stack)
    await putAsset()
    await putDevice()
    await putDefended()
    await fail('rmm', 'listDevicesOfAsset')
    const { decide, write, row } = await begin()
    await decide()
    expect(await write()).toMatchObject({ written: 2 })
    expect((await row())?.sources?.[0]).toEqual({ product: 'rmm', outcome: 'could-not-be-read' })
    const rows = store.open(incidentTable).incident
    const found = await Promise.all(
      [ownerOfTenant(tenantId), platform].map(async (owner) => (await rows.list({ owner }, { limit: 500 })).rows),
    )
    expect(found.flat().map(({ value }) => `${value.integration} ${value.operation}`)).toContain(
      'suite→rmm read what is known of assets',
    )
  })

  it('closes the incident of a product that can be read again', async () => {
    const { store, tenantId, putAsset, tell, fail, begin } = await startEnriching(stack)
    for (const reference of ['asset-1', 'asset-2']) await putAsset([], reference)
    await fail('rmm', 'listDevicesOfAsset', { kind: 'status', status: 422 })
    await (await begin()).decide()
    const states = async () => {
      const { rows } = await store.open(incidentTable).incident.list({ owner: ownerOfTenant(tenantId) }, { limit: 50 })
      return rows.map(({ value }) => [value.operation, value.state])
    }
    expect(await states()).toEqual([['read what is known of assets', 'open']])
    await tell('rmm', 'PUT', 'faults', [])
    await (await begin('asset-2')).decide()
    expect(await states()).toEqual([['read what is known of assets', 'resolved']])
  })

  it('takes nothing of a repository that The One Code no longer has', async () => {
    const { services, tenantId, tell, fieldsOf, begin } = await startEnriching(stack)
    const cmdb = await services.cmdb()
    const attributes = { appType: 'service', techStack: ['TypeScript'] }
    const repository = { type: 'software_application', name: 'billing', clientId: null, sourceVersion: 1 } as const
    await cmdb.putAsset(tenantId, 'repo-1', { ...repository, attributes })
    await cmdb.retireAsset(tenantId, 'repo-1', { reason: 'The repository was deleted.' })
    const software = { name: 'Billing', kind: 'software', repositoryAsset: 'repo-1', fields: [] }
    await tell('cmdb', 'PUT', 'enrichable/software-1', software)
    const { decide, write, row } = await begin('software-1')
    await decide()
    await write()
    expect(await fieldsOf('software-1')).toEqual({})
    expect((await row())?.sources).toEqual([{ product: 'code', outcome: 'not-found' }])
  })

  it('fills software that a person has entered with what The One Code has told CMDB of its repository', async () => {
    const { services, tenantId, tell, putAsset, fieldsOf, begin } = await startEnriching(stack)
    await (
      await services.cmdb()
    ).putAsset(tenantId, 'repo-1', {
      type: 'software_application',
      name: 'billing',
      clientId: null,
      attributes: { appType: 'service', techStack: ['TypeScript'], hostingPlatform: 'srv-1' },
      sourceVersion: 1,
    })
    await tell('cmdb', 'PUT', 'enrichable/software-1', {
      name: 'Billing',
      kind: 'software',
      repositoryAsset: 'repo-1',
      fields: [],
    })
    await putAsset()
    const [software, server] = [await begin('software-1'), await begin()]
    for (const { decide, write } of [software, server]) {
      await decide()
      await write()
    }
    expect(await fieldsOf('software-1')).toEqual({
      technologies: 'TypeScript (enrichment)',
      hostedOn: 'srv-1 (enrichment)',
    })
    expect((await server.row())?.proposed).toEqual(['hostedApplications'])
  })
})

describe('a person who asks for an enrichment', () => {
  const path = '/api/ai/asset-enrichments'

  it('gets one a day, by a flow to its end, and sees which fields were written', async () => {
    const { putAsset, putDevice, technician } = await startEnriching(stack)
    await putAsset()
    await putDevice()
    const client = await technician(null)
    const response = await client.send('POST', path, { assetReference: 'asset-1' })
    const { id, progressUrl } = (await response.json()) as { id: string; progressUrl: string }
    expect(response.status).toBe(202)
    const again = await client.send('POST', path, { assetReference: 'asset-1' })
    expect([again.status, await again.json()]).toMatchObject([200, { id, outcome: 'existing' }])
    const ended = await eventually(
      async () => (await client.fetch(progressUrl)).json() as Promise<{ finishedAt?: string }>,
      ({ finishedAt }) => finishedAt !== undefined,
      60_000,
    )
    expect(ended).toMatchObject({
      state: 'completed',
      requestedBy: 'person',
      written: ['serialNumber', 'patchState', 'lastSeenAt'],
    })
    expect(await (await client.fetch(path)).json()).toMatchObject({ enrichments: [{ id }] })
    // Others: as CMDB shows them the asset, and in no list of theirs.
    const [stranger, colleague] = [await technician(['another']), await technician(null)]
    await expectProblem(await stranger.fetch(progressUrl), problemOf('forbidden', 'CMDB does not show you this asset.'))
    expect(await (await colleague.fetch(progressUrl)).json()).toMatchObject({ id })
    for (const other of [stranger, colleague])
      expect(await (await other.fetch(path)).json()).toEqual({ enrichments: [] })
  })

  it('gets none of an asset that CMDB does not show them, or has not', async () => {
    const { putAsset, technician } = await startEnriching(stack)
    await putAsset()
    const client = await technician(['another'])
    await expectProblem(
      await client.send('POST', path, { assetReference: 'asset-1' }),
      problemOf('forbidden', 'CMDB does not show you this asset.'),
    )
    await expectProblem(
      await client.send('POST', path, { assetReference: 'asset-2' }),
      problemOf('not-found', 'CMDB has no such asset.'),
    )
    expect((await newClient(stack.urls).send('POST', path, { assetReference: 'asset-1' })).status).toBe(401)
  })
})

describe('a night of asset enrichments', () => {
  const most = 5
  const startNight = async () => {
    const enriching = await startEnriching(stack)
    const { services, tenantId, enrichments } = enriching
    return {
      ...enriching,
      night: (nightsLater = 0) => {
        const now = () => new Date(Date.now() + nightsLater * 86_400_000)
        return enrichTenant({ ...services, now }, tenantId, { signal: AbortSignal.timeout(60_000), most })
      },
      assets: async () => (await enrichments()).map(({ draft }) => draft.assetReference),
    }
  }

  it('does nothing for an organization that has not switched it on, or has opted out of AI', async () => {
    const { putAsset, enrichments, setSettings, night } = await startNight()
    await putAsset()
    expect(await night()).toBeUndefined()
    await setSettings({ nightlyAssetEnrichment: true, aiOptOut: true })
    expect(await night()).toBeUndefined()
    expect(await enrichments()).toEqual([])
  })

  it('enriches a bounded number of assets, each once a night, and the next ones another night', async () => {
    const { store, tenantId, putAsset, setSettings, night, assets } = await startNight()
    await setSettings({ nightlyAssetEnrichment: true })
    for (let number = 0; number < most + 2; number += 1) await putAsset([], `asset-${number}`)
    expect(await night()).toEqual({ assets: most, failed: 0 })
    expect(new Set(await assets()).size).toBe(most)
    await night()
    const all = await assets()
    expect([all.length, new Set(all).size]).toEqual([most + 2, most + 2])
    expect(await markersOf(unfinishedAssetEnrichments, store, tenantId)).toEqual([])
  })

  it('leaves out what CMDB refuses for good, longer each time, until it takes it', async () => {
    const { putAsset, enrichments, fail, setSettings, night } = await startNight()
    await setSettings({ nightlyAssetEnrichment: true })
    await putAsset()
    const refuse = () => fail('cmdb', 'createEnrichment', { kind: 'status', status: 422, times: 1 })
    const isTried = async (nightsLater: number) => (await night(nightsLater))?.assets === 1
    await refuse()
    expect(await night()).toEqual({ assets: 1, failed: 1 })
    expect(await isTried(1)).toBe(false)
    await refuse()
    expect(await night(2)).toEqual({ assets: 1, failed: 1 })
    expect([await isTried(3), await isTried(4), await isTried(5)]).toEqual([false, false, false])
    expect(await enrichments()).toEqual([])
    expect(await night(6)).toEqual({ assets: 1, failed: 0 })
    expect(await enrichments()).toHaveLength(1)
    expect(await isTried(7)).toBe(true)
    // It was taken in between: the next refusal is the first one again.
    await refuse()
    expect(await night(8)).toEqual({ assets: 1, failed: 1 })
    expect([await isTried(9), await isTried(10)]).toEqual([false, true])
  })

  it('leaves an asset out for 30 nights at most, however often CMDB has refused it', async () => {
    const { store, tenantId, putAsset, setSettings, night } = await startNight()
    await setSettings({ nightlyAssetEnrichment: true })
    await putAsset()
    const refused = { tenantId, assetReference: 'asset-1', times: 9, refusedAt: lastSeenAt }
    await store.open(assetEnrichmentTable).putOff.insert(refused)
    expect([await night(30), await night(31)]).toEqual([
      { assets: 0, failed: 0 },
      { assets: 1, failed: 0 },
    ])
  })

  it('is an incident as long as one asset of it fails', async () => {
    const { store, tenantId, putAsset, tell, fail, setSettings, night } = await startNight()
    await setSettings({ nightlyAssetEnrichment: true })
    await putAsset()
    const states = async () => {
      const { rows } = await store.open(incidentTable).incident.list({ owner: ownerOfTenant(tenantId) }, { limit: 50 })
      return rows.map(({ value }) => [value.operation, value.state])
    }
    await fail('cmdb', 'createEnrichment', { kind: 'status', status: 422 })
    expect(await night()).toEqual({ assets: 1, failed: 1 })
    expect(await states()).toEqual([['enrich assets at night', 'open']])
    await tell('cmdb', 'PUT', 'faults', [])
    expect(await night(2)).toEqual({ assets: 1, failed: 0 })
    expect(await states()).toEqual([['enrich assets at night', 'resolved']])
  })

  it('goes on with the others when one asset fails, and leaves a marker to finish it by', async () => {
    const { store, tenantId, putAsset, enrichments, fail, setSettings, night } = await startNight()
    await setSettings({ nightlyAssetEnrichment: true })
    await putAsset([], 'asset-a')
    await putAsset([], 'asset-b')
    await fail('cmdb', 'createEnrichment', { kind: 'status', status: 503, times: 4 })
    expect(await night()).toEqual({ assets: 2, failed: 1 })
    expect(await enrichments()).toHaveLength(1)
    expect(await markersOf(unfinishedAssetEnrichments, store, tenantId)).toHaveLength(1)
  })
})
