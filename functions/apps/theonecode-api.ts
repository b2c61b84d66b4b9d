// HTTP of The One Code.
import { codeSession } from '../code/session/endpoints.ts'
import {
  connectOrganization,
  disconnectOrganization,
  discoverRepositories,
  discoverRepository,
  recordDocumentation,
  recordRefresh,
  recordScan,
  requestBackup,
} from '../code/sources/endpoints.ts'
import { fileTickets, readTickets } from '../code/tickets/endpoints.ts'
import { apiApp } from './function-app.ts'

export const theonecodeApi = apiApp('theonecode-api', 'code', [
  ...codeSession,
  fileTickets,
  readTickets,
  connectOrganization,
  disconnectOrganization,
  discoverRepository,
  discoverRepositories,
  requestBackup,
  recordDocumentation,
  recordRefresh,
  recordScan,
])
