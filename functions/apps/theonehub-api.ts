// HTTP of Hub's part in the suite.
import { readReassignments } from '../hub/psa-agents/endpoints.ts'
import { apiApp } from './function-app.ts'

export const theonehubApi = apiApp('theonehub-api', 'hub', [readReassignments])
