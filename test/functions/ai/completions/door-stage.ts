// The compatible door before a model that does what a test has ordered.
import { ChatCompletionRequest } from '../../../../functions/ai/completions/contract.ts'
import { startModels } from '../../../../local/models/models.ts'
import type { LocalSettings } from '../../../../local/local-settings.ts'
import type { Stack } from '../../../../local/stack.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { createServices } from '../../../../shared/services.ts'
import { type Ordered, createModelControl, newDeployment } from '../../../local/models/model-control.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { hubControl } from '../../../support/hub-control.ts'

export const openDoorStage = async ({ urls, settings }: { urls: Stack['urls']; settings: LocalSettings }) => {
  const [tenantId, deployment] = [newTenantId(), newDeployment()]
  const models = await startModels({ port: 0 })
  const control = createModelControl(models.url)
  await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-pro' })
  const providers = { local: { wire: 'openai-chat', endpoint: `${models.url}/v1`, auth: 'none' } }
  const classes = { fast: [`local/${deployment}`] }
  const services = createServices(loadConfig({ ...settings, AI_MODELS: JSON.stringify({ providers, classes }) }))
  return {
    services,
    /** How the model answers the next call. */
    order: (behaviour: Ordered) => control.order(deployment, { next: [behaviour] }),
    /** What the model was sent. */
    sent: async (): Promise<string> => JSON.stringify((await control.calls(deployment)).map(({ body }) => body)),
    requestOf: (content: string) =>
      ({
        tenantId,
        signal: new AbortController().signal,
        body: ChatCompletionRequest.parse({ model: 'fast', messages: [{ role: 'user', content }] }),
        modelClass: 'fast',
      }) as const,
    close: async (): Promise<void> => {
      await services.close()
      await models.close()
    },
  }
}
