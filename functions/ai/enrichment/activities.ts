// The steps of an enrichment's orchestration. Each can be repeated from anywhere.
import { activity } from '../../../shared/triggers/activity.ts'

const work = () => import('./enrichment-steps.ts')

/** Five pages, each with its robots.txt, at 10 seconds at most, and the second between them. */
const stepMs = 150_000

export const findEnrichment = activity({
  name: 'ai-find-enrichment',
  summary: 'Reads the pages of a company, and finds what they say of it or of one of its people, with where it stands',
  needs: ['DATA_STORAGE', 'CRM_API_URL', 'CRM_SERVICE_KEY', 'WEB_STAND_IN_URL'],
  contract: work,
  input: 'NoInput',
  returns: 'Found',
  handler: async ({ tenantId, requestId, store, services }) =>
    (await work()).findCandidates(
      { store, tenantId, requestId, services, crm: await services.crm() },
      AbortSignal.timeout(stepMs),
    ),
})

export const chooseEnrichment = activity({
  name: 'ai-choose-enrichment',
  summary: 'Decides what of it CRM is to write, and what a person is to decide',
  needs: ['DATA_STORAGE'],
  uses: { models: true },
  contract: work,
  input: 'NoInput',
  returns: 'NoResult',
  handler: async ({ tenantId, requestId, store, services }) => {
    await (await work()).chooseValues({ store, tenantId, requestId, services }, AbortSignal.timeout(stepMs))
    return null
  },
})

export const writeEnrichment = activity({
  name: 'ai-write-enrichment',
  summary: 'Writes an enrichment into CRM, once',
  needs: ['DATA_STORAGE', 'CRM_API_URL', 'CRM_SERVICE_KEY'],
  contract: work,
  input: 'NoInput',
  returns: 'Written',
  handler: async ({ tenantId, requestId, store, services, now }) =>
    (await work()).writeValues({ store, tenantId, requestId, crm: await services.crm(), now }),
})
