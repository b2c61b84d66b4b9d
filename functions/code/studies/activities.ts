// The steps of a study's orchestration. Each can be repeated from anywhere.
import { activity } from '../../../shared/triggers/activity.ts'

const work = () => import('./study-steps.ts')

export const planStudy = activity({
  name: 'code-plan-study',
  summary: 'Says what a study is to write',
  needs: ['DATA_STORAGE'],
  contract: work,
  input: 'NoInput',
  returns: 'Plan',
  handler: async ({ tenantId, requestId, store }) => (await work()).planStudy({ store, tenantId, requestId }),
})

export const writeStudyPart = activity({
  name: 'code-write-study-part',
  summary: 'Asks the AI gateway for one part of a study and stores it, unless it is stored already',
  needs: ['DATA_STORAGE', 'AI_GATEWAY_URL', 'KEY_VAULT'],
  uses: { makesKeys: true },
  contract: work,
  input: 'PartInput',
  returns: 'NoResult',
  handler: async ({ tenantId, requestId, input: { part }, store, now, services }) => {
    const { openGateway } = await import('./gateway.ts')
    const gateway = openGateway(services, tenantId)
    await (await work()).writePart({ store, tenantId, requestId, now, gateway }, part)
    return null
  },
})

export const finishStudy = activity({
  name: 'code-finish-study',
  summary: 'Publishes what a study has written and deletes its material',
  needs: ['DATA_STORAGE', 'BUS_API_URL', 'BUS_INTEGRATION_KEY'],
  contract: work,
  input: 'NoInput',
  returns: 'NoResult',
  handler: async ({ tenantId, requestId, store, now, services }) => {
    await (await work()).finishStudy({ store, tenantId, requestId, now, bus: services.bus })
    return null
  },
})
