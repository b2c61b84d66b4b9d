// HTTP of The One Code, and the orchestrations that a person starts.
import { finishActivity } from '../../shared/flows/finish-activity.ts'
import { flowRetentionTimer } from '../platform/flow-retention-timer.ts'
import { flowStartTimer } from '../platform/flow-start-timer.ts'
import {
  adjustUsage,
  adjustUsageAsOperator,
  decideAdjustment,
  readMissedDays,
  readProtectedRepositories,
  readUsage,
  reportMissedDays,
} from '../code/billing/endpoints.ts'
import { createProject, prepareProject, recordProject } from '../code/projects/activities.ts'
import { cancelProject, readProject, readProjects, requestProject } from '../code/projects/endpoints.ts'
import { projectFlow } from '../code/projects/orchestration.ts'
import {
  confirmCmdbRetirement,
  deleteAppProfile,
  putAppProfile,
  readAppProfiles,
  readCmdbRefusals,
  reconcileCmdb,
  readCmdbSync,
  readLatestCmdbSync,
  requestCmdbSync,
} from '../code/cmdb/endpoints.ts'
import {
  deleteClient,
  deleteClientMapping,
  putClient,
  putClientMapping,
  readClientMappings,
  readClients,
} from '../code/clients/endpoints.ts'
import { openOpportunity, readOpportunities } from '../code/opportunities/endpoints.ts'
import {
  deleteClientSettings,
  putClientSettings,
  putSettings,
  readClientSettings,
  readSettings,
  readSettingsChanges,
} from '../code/settings/endpoints.ts'
import { codeSession } from '../code/session/endpoints.ts'
import {
  connectOrganization,
  disconnectOrganization,
  discoverRepositories,
  discoverRepository,
  readOrganizations,
  readRepositories,
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
  openOpportunity,
  readOpportunities,
  readSettings,
  putSettings,
  readClientSettings,
  putClientSettings,
  deleteClientSettings,
  readSettingsChanges,
  readClients,
  putClient,
  deleteClient,
  readClientMappings,
  putClientMapping,
  deleteClientMapping,
  connectOrganization,
  disconnectOrganization,
  readOrganizations,
  discoverRepository,
  discoverRepositories,
  readRepositories,
  requestBackup,
  recordDocumentation,
  recordRefresh,
  recordScan,
  putAppProfile,
  deleteAppProfile,
  readAppProfiles,
  readCmdbRefusals,
  reconcileCmdb,
  requestCmdbSync,
  readLatestCmdbSync,
  readCmdbSync,
  confirmCmdbRetirement,
  readUsage,
  readProtectedRepositories,
  adjustUsage,
  adjustUsageAsOperator,
  decideAdjustment,
  readMissedDays,
  reportMissedDays,
  requestProject,
  readProjects,
  readProject,
  cancelProject,
  projectFlow,
  prepareProject,
  createProject,
  recordProject,
  finishActivity,
  flowStartTimer('code-flow-start-timer', [projectFlow]),
  flowRetentionTimer('code-flow-retention-timer'),
])
