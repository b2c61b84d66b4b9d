// HTTP of The One Code, and the flows that a person starts.
import { apiApp } from './api-app.ts'
import { codeApi } from './code-capabilities.ts'

export const theonecodeApi = apiApp('theonecode-api', 'code', codeApi)
