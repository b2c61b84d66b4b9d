// An enrichment of an asset that failed is begun again: by whoever asks for it, and by the night.
import { aroundEach, describe, expect, inject, it } from 'vitest'
import { assetEnrichmentTable, nightly } from '../../../../functions/ai/asset-enrichment/asset-enrichment-table.ts'
import { enrichTenant } from '../../../../functions/ai/asset-enrichment/nightly.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { eventually } from '../../../support/eventually.ts'
import { flowsAfter } from '../../../support/flows-after.ts'
import { startEnriching } from './enriching.ts'

const stack = inject('stack')
const refusal = { kind: 'status', status: 422, times: 1 }

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

describe('an enrichment of an asset whose last attempt failed', () => {
  it('is begun again when it is asked for again, and goes on from what was decided', async () => {
    const { putAsset, putDevice, fieldsOf, enrichments, begin } = await startEnriching(stack)
    await putAsset()
    await putDevice()
    const first = await begin()
    await first.decide()
    await putDevice({ serialNumber: 'SN-2' })
    const again = await begin('asset-1', flowsAfter('failed'))
    expect(again).toMatchObject({ outcome: 'restarted', requestId: `${first.requestId}.2` })
    await again.decide()
    expect(await again.write()).toMatchObject({ written: 3 })
    expect(await fieldsOf()).toMatchObject({ serialNumber: 'SN-1 (enrichment)' })
    expect(await begin('asset-1', flowsAfter('failed', 'completed'))).toMatchObject({ outcome: 'existing' })
    expect(await enrichments()).toHaveLength(1)
  })

  it('is decided anew when CMDB had refused it for good', async () => {
    const { putAsset, putDevice, fieldsOf, fail, begin } = await startEnriching(stack)
    await putAsset()
    await putDevice()
    const first = await begin()
    await first.decide()
    await fail('cmdb', 'createEnrichment', refusal)
    await expect(first.write()).rejects.toMatchObject({ code: 'peer-rejected' })
    expect(await first.row()).toMatchObject({ state: 'refused', attempt: 1 })
    await putDevice({ serialNumber: 'SN-2' })
    const again = await begin('asset-1', flowsAfter('failed'))
    expect(await again.row()).not.toHaveProperty('draft')
    await again.decide()
    expect(await again.write()).toMatchObject({ written: 3 })
    expect(await fieldsOf()).toMatchObject({ serialNumber: 'SN-2 (enrichment)' })
    expect(await again.row()).toMatchObject({ state: 'made', attempt: 2 })
  })

  it('is shown to whoever asks as its last attempt is, from failed to completed', async () => {
    const { putAsset, putDevice, fail, technician } = await startEnriching(stack)
    await putAsset()
    await putDevice()
    await fail('cmdb', 'createEnrichment', refusal)
    const client = await technician(null)
    const ask = async () => {
      const response = await client.send('POST', '/api/ai/asset-enrichments', { assetReference: 'asset-1' })
      const { outcome, progressUrl } = (await response.json()) as { outcome: string; progressUrl: string }
      const ended = await eventually(
        async () => (await client.fetch(progressUrl)).json() as Promise<{ state: string; finishedAt?: string }>,
        ({ finishedAt }) => finishedAt !== undefined,
        60_000,
      )
      return [response.status, outcome, ended.state]
    }
    expect(await ask()).toEqual([202, 'started', 'failed'])
    expect(await ask()).toEqual([202, 'restarted', 'completed'])
    expect(await ask()).toEqual([200, 'existing', 'completed'])
  })
})

it('an asset that CMDB refused in the night is decided anew when the night is run again', async () => {
  const { services, store, tenantId, putAsset, putDevice, fieldsOf, fail, setSettings } = await startEnriching(stack)
  const night = () => enrichTenant(services, tenantId, { signal: AbortSignal.timeout(60_000) })
  await setSettings({ nightlyAssetEnrichment: true })
  await putAsset()
  await putDevice()
  await fail('cmdb', 'createEnrichment', refusal)
  expect(await night()).toEqual({ assets: 1, failed: 1 })
  await putDevice({ serialNumber: 'SN-2' })
  expect(await night()).toEqual({ assets: 1, failed: 0 })
  expect(await fieldsOf()).toMatchObject({ serialNumber: 'SN-2 (enrichment)' })
  const { rows } = await store.open(assetEnrichmentTable).listed.list({ tenantId }, { limit: 10 })
  expect(rows).toHaveLength(1)
  const key = { tenantId, ref: rows[0]?.value.ref ?? '' }
  const row = await store.open(assetEnrichmentTable).enrichment.get(key)
  expect(row?.value).toMatchObject({ requestedBy: nightly, state: 'made', attempt: 2 })
})
