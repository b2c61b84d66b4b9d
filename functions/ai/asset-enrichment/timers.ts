// The nightly timer of asset enrichments.
import { timer } from '../../../shared/triggers/timer.ts'
import { assetNeeds } from './activities.ts'

export const enrichAssetsAtNight = timer({
  name: 'ai-asset-enrichment-timer',
  schedule: '0 10 2 * * *',
  summary: 'Enriches assets with open fields, for organizations that have switched it on: at most 50 a night for each',
  integration: 'ai→cmdb',
  operation: 'enrich assets at night',
  needs: [...assetNeeds, 'HUB_API_URL', 'HUB_SERVICE_KEY'],
  minutesMax: 9,
  handler: async ({ services, signal }) => {
    const { enrichAllAssets } = await import('./nightly.ts')
    await enrichAllAssets(services, signal)
  },
})
