// HTTP of the AI Platform.
import { aiSession } from '../ai/session/endpoints.ts'
import { apiApp } from './function-app.ts'

export const theoneaiApi = apiApp('theoneai-api', 'ai', aiSession)
