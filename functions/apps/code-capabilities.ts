// The capabilities of The One Code. Each list is an export of its own: the bundle of an app holds only its half of each capability.
import * as billing from '../code/billing/capability.ts'
import * as clients from '../code/clients/capability.ts'
import * as cmdb from '../code/cmdb/capability.ts'
import * as opportunities from '../code/opportunities/capability.ts'
import * as projects from '../code/projects/capability.ts'
import * as session from '../code/session/capability.ts'
import * as settings from '../code/settings/capability.ts'
import * as sources from '../code/sources/capability.ts'
import * as studies from '../code/studies/capability.ts'
import * as tickets from '../code/tickets/capability.ts'
import type { Definitions, Tables } from '../platform/capability.ts'

export const codeApi: readonly Definitions[] = [
  session.api,
  tickets.api,
  opportunities.api,
  settings.api,
  clients.api,
  sources.api,
  cmdb.api,
  billing.api,
  projects.api,
  studies.api,
]

export const codeBackground: readonly Definitions[] = [
  tickets.background,
  opportunities.background,
  sources.background,
  billing.background,
  cmdb.background,
]

export const codeTables: readonly Tables[] = [
  billing.tables,
  clients.tables,
  cmdb.tables,
  opportunities.tables,
  projects.tables,
  settings.tables,
  sources.tables,
  studies.tables,
  tickets.tables,
]
