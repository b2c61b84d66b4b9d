// HTTP of the AI Platform, Governance among it.
import { aiApi } from './ai-capabilities.ts'
import { apiApp } from './api-app.ts'

export const theoneaiApi = apiApp('theoneai-api', 'ai', aiApi)
