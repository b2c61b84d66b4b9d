// What a tenant has set, and what differs for single clients of it: the defaults hold where the tenant says nothing, the tenant's where
// the client says nothing.
import * as z from 'zod'
import { PsaAgentIdentity } from '../peers/psa/agent-contract.ts'
import { PsaPriority } from '../peers/psa/ticket-contract.ts'
import { newestFirst } from '../store/key.ts'
import type { Row, Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'
import { BusinessHours } from './business-hours.ts'
import { EscalationSettings } from './escalation-settings.ts'

/** The most that an hour may cost. With `effortHoursMax` of opportunities every value stays a safe integer. */
const hourlyRateMax = 100_000_000

export const HourlyRate = z.strictObject({
  amountMinor: z
    .int()
    .min(1)
    .max(hourlyRateMax)
    .describe('In minor units of the currency: cents for EUR, whole yen for JPY. Always an integer'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR'),
})

/** Slugs of PSA: begins with a letter or a digit. */
const slug = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be a slug: up to 64 letters, digits, ., - or _')

const confidence = z.number().min(0).max(1)

/** How certain suggestions for tickets have to be, of 1. */
export const SuggestionSettings = z
  .strictObject({
    toSet: confidence.describe('For a field that is empty'),
    toChange: confidence.describe('For a field that has a value, which the suggestion would change'),
  })
  .refine(({ toSet, toChange }) => toSet <= toChange, {
    path: ['toChange'],
    error: 'must not be less than toSet: what somebody has written stands unless it is more certain',
  })
export type SuggestionSettings = z.infer<typeof SuggestionSettings>
export const usualSuggestions: SuggestionSettings = { toSet: 0.6, toChange: 0.85 }

/** Every field may be left out. One that is given replaces the whole field of the level below it. */
export const TenantSettings = z.strictObject({
  hourlyRate: HourlyRate.optional().describe('Used to calculate the value of opportunities'),
  ticketBoard: slug.optional().describe('PSA board for tickets and projects of clients with a PSA company'),
  ticketType: slug.optional().describe('Type of tickets in PSA; replaces the type of the finding'),
  ticketAssignee: PsaAgentIdentity.optional().describe(
    'Identity of the agent who is assigned new tickets and projects. While the agent is inactive in PSA, they stay unassigned',
  ),
  severityMapping: z
    .strictObject({ critical: PsaPriority, high: PsaPriority, medium: PsaPriority, low: PsaPriority })
    .optional()
    .describe('Maps the severity of a finding to a priority in PSA'),
  businessHours: BusinessHours.optional().describe(
    'Working hours for each day of the week, in the time zone. Stored and shown, but not used yet',
  ),
  timeZone: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('IANA time zone such as `Europe/Berlin`, in which hours and the days of recaps of calls are meant'),
  escalation: EscalationSettings.optional().describe(
    'When an incident of high severity calls somebody through On-Call. Incidents are those of the organization: it cannot be set for a client',
  ),
  nightlyAssetEnrichment: z
    .boolean()
    .optional()
    .describe(
      'Fills open fields of assets of CMDB each night with what RMM, Defend and The One Code know, at most 50 assets a night. Off unless it is set. It cannot be set for a client',
    ),
  ticketSuggestions: SuggestionSettings.optional().describe(
    'How certain suggestions for tickets have to be. Of the organization: it cannot be set for a client',
  ),
  insiderSignals: z
    .boolean()
    .optional()
    .describe(
      'Tells Defend what is unusual about the work of people, by rules, for those whom People lets see it. Off unless it is set: in many countries a works council has to agree first. It cannot be set for a client',
    ),
  aiOptOut: z
    .boolean()
    .optional()
    .describe('Excludes the data of the organization from AI: every AI call is then refused'),
})
export type TenantSettings = z.infer<typeof TenantSettings>

/** What holds when nobody has set anything. */
const defaults = {
  ticketBoard: 'service',
  severityMapping: { critical: 'P1', high: 'P2', medium: 'P3', low: 'P4' },
  timeZone: 'UTC',
  escalation: { afterMinutes: 5 },
  nightlyAssetEnrichment: false,
  ticketSuggestions: usualSuggestions,
  insiderSignals: false,
  aiOptOut: false,
} as const satisfies TenantSettings

/** Complete, but for what has no default. */
export const EffectiveSettings = TenantSettings.required({
  ticketBoard: true,
  severityMapping: true,
  timeZone: true,
  escalation: true,
  nightlyAssetEnrichment: true,
  ticketSuggestions: true,
  insiderSignals: true,
  aiOptOut: true,
})
export type EffectiveSettings = z.infer<typeof EffectiveSettings>

/** The id in rows of what is set for the tenant itself. No client has it. */
export const wholeTenant = ''

const StoredSettings = z.strictObject({
  tenantId: z.string(),
  /** Or `wholeTenant`. */
  clientId: z.string(),
  ...TenantSettings.shape,
  /** Id of the change that made it what it is. No two changes have the same, so it names a state for good. */
  revision: z.string(),
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
})
export type StoredSettings = z.infer<typeof StoredSettings>

/** Settings and their changes: written in one transaction, therefore in one partition. */
export const tenantSettingsTable = table('tenantSettings', {
  settings: rowKind({
    schema: StoredSettings,
    partition: ['tenantId'],
    key: ['clientId'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], client: ['clientId'], names: ['updatedBy'] },
  }),
  change: rowKind({
    schema: z.strictObject({
      tenantId: z.string(),
      changeId: z.string(),
      clientId: z.string(),
      changedAt: z.iso.datetime(),
      changedBy: z.string(),
      before: TenantSettings,
      after: TenantSettings,
    }),
    partition: ['tenantId'],
    key: ({ changedAt, changeId }) => [newestFirst(changedAt), changeId],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'], client: ['clientId'], names: ['changedBy'] },
  }),
})

/** What is set on one level: of the client, or of the tenant itself. */
export const readSettings = (
  store: Store,
  tenantId: string,
  clientId: string = wholeTenant,
): Promise<Row<StoredSettings> | undefined> => store.open(tenantSettingsTable).settings.get({ tenantId, clientId })

/** What is set on this level alone. Nothing for a row that is not there. */
export const ownSettingsOf = (row: Row<StoredSettings> | undefined): TenantSettings => {
  if (!row) return {}
  const { tenantId: _, clientId: _client, revision: _revision, updatedAt: _at, updatedBy: _by, ...own } = row.value
  return own
}

/** What holds for a client, or for a tenant's work that belongs to no client. */
export const resolveSettings = async (
  store: Store,
  tenantId: string,
  clientId?: string,
): Promise<EffectiveSettings> => {
  const [tenant, client] = await Promise.all([
    readSettings(store, tenantId, wholeTenant),
    clientId === undefined ? undefined : readSettings(store, tenantId, clientId),
  ])
  return effectiveOf(ownSettingsOf(tenant), ownSettingsOf(client))
}

const effectiveOf = (...levels: readonly TenantSettings[]): EffectiveSettings => {
  const given = levels.map((level) =>
    Object.fromEntries(Object.entries(level).filter(([, value]) => value !== undefined)),
  )
  return Object.assign({}, defaults, ...given) as EffectiveSettings
}
