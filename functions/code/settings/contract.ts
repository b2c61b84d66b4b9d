// What the endpoints of settings take and answer.
import * as z from 'zod'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { isTimeZone } from '../../../shared/tenants/business-hours.ts'
import { EffectiveSettings, HourlyRate, TenantSettings } from '../../../shared/tenants/tenant-settings.ts'
import { OpaqueId, withoutSecret } from '../../../shared/text/text-schema.ts'

const currencies = new Set(Intl.supportedValuesOf('currency'))

export const ClientPath = z.strictObject({ clientId: OpaqueId })
export const ChangeListing = z.strictObject(pageQuery(25))

const revision = z
  .string()
  .max(100)
  .nullable()
  .describe('Identifies the state that was read; null when nothing is set. A change based on another state is refused')

/** A setting is shown to many, so it is no place for a secret. Only here, as above. */
const plainly = (field: 'ticketBoard' | 'ticketType' | 'ticketAssignee') =>
  withoutSecret(TenantSettings.shape[field].unwrap())
    .optional()
    .describe(TenantSettings.shape[field].description ?? '')

const checkedSettings = TenantSettings.extend({
  hourlyRate: HourlyRate.extend({
    // Only here: what is stored stays readable, also when a currency goes out of use.
    currency: HourlyRate.shape.currency.refine((code) => currencies.has(code), 'must be a currency of ISO 4217'),
  })
    .optional()
    .describe(TenantSettings.shape.hourlyRate.description ?? ''),
  // Likewise: the list of time zones changes with the Node.js that runs this.
  timeZone: TenantSettings.shape.timeZone
    .unwrap()
    .refine(isTimeZone, 'must be a time zone of IANA such as Europe/Berlin')
    .optional()
    .describe(TenantSettings.shape.timeZone.description ?? ''),
  ticketBoard: plainly('ticketBoard'),
  ticketType: plainly('ticketType'),
  ticketAssignee: plainly('ticketAssignee'),
})

const allOfThem = 'All settings of this level. A setting that is left out is removed'

export const SettingsDraft = z.strictObject({ revision, settings: checkedSettings.describe(allOfThem) })
export type SettingsDraft = z.infer<typeof SettingsDraft>

/** Without what is of the organization alone. */
export const ClientSettingsDraft = z.strictObject({
  revision,
  settings: checkedSettings
    .omit({ escalation: true, nightlyAssetEnrichment: true, ticketSuggestions: true, insiderSignals: true })
    .describe(allOfThem),
})

export const Settings = z
  .object({
    settings: TenantSettings.describe('The settings of this level'),
    effective: EffectiveSettings.describe(
      'The effective settings: the defaults, overridden by those of the tenant, overridden by those of the client',
    ),
    revision,
    updatedAt: z.iso.datetime().nullable(),
    updatedBy: z.string().nullable(),
  })
  .meta({ id: 'Settings' })
export type Settings = z.input<typeof Settings>

export const SettingsChanges = z
  .object({
    changes: z.array(
      z.object({
        changeId: z.string(),
        clientId: z.string().nullable().describe('Null for the settings of the tenant itself'),
        changedAt: z.iso.datetime(),
        changedBy: z.string().describe('`user:` and a user id'),
        before: TenantSettings,
        after: TenantSettings,
      }),
    ),
    nextCursor,
  })
  .meta({ id: 'SettingsChanges' })
export type SettingsChanges = z.input<typeof SettingsChanges>
