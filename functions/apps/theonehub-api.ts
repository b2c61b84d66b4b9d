// HTTP of Hub's part in the suite.
import { apiApp } from './api-app.ts'
import { hubApi } from './hub-capabilities.ts'

export const theonehubApi = apiApp('theonehub-api', 'hub', hubApi)
