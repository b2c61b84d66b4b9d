// HTTP of the AI Platform, Governance among it.
import { aiSession } from '../ai/session/endpoints.ts'
import { governance } from '../governance/incidents/endpoints.ts'
import { apiApp } from './function-app.ts'

export const theoneaiApi = apiApp('theoneai-api', 'ai', [...aiSession, ...governance])
