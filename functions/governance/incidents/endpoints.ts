// Governance → Incidents: an organization's own, those of the platform, the banner that tells everybody of the latter (GOV-1), and the dashboard (GOV-3).
import type { HttpDefinition } from '../../../shared/triggers/http.ts'
import { type Audience, organizations, platformOperators } from './audience.ts'
import { readBanner } from './banner-endpoint.ts'
import { readDashboard } from './dashboard-endpoint.ts'
import { changingEndpoints } from './changing-endpoints.ts'
import { messageEndpoints } from './message-endpoints.ts'
import { readingEndpoints } from './reading-endpoints.ts'

const incidentEndpoints = (audience: Audience): readonly HttpDefinition[] => [
  ...readingEndpoints(audience),
  ...messageEndpoints(audience),
  ...changingEndpoints(audience),
]

export const governanceEndpoints: readonly HttpDefinition[] = [
  ...incidentEndpoints(organizations),
  ...incidentEndpoints(platformOperators),
  readBanner,
  readDashboard,
]
