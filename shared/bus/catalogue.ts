// Every event that this suite publishes or handles: its version, who may publish it, and exactly what it carries.
import * as z from 'zod'
import { OrgRole } from '../peers/hub/contract.ts'
import { type Product, products } from '../peers/hub/vocabulary.ts'
import { Severity } from '../text/severity.ts'

const id = z.string().min(1).max(200)
const Provider = z.enum(['github', 'gitlab', 'azure_devops'])

type EventType<Data extends z.ZodType> = {
  readonly version: number
  readonly publisher: Product
  readonly data: Data
}

const from = <Data extends z.ZodType>(publisher: Product, data: Data): EventType<Data> => ({
  version: 1,
  publisher,
  data,
})

/** Who did it to whom, from where: what an audit needs of an event of Hub. */
const audited = {
  actor: z.strictObject({ type: z.enum(['user', 'system']), id }),
  /** The user whom it is about. */
  user_id: id,
  address: z.string().max(100).optional(),
  user_agent: z.string().max(1_000).optional(),
  outcome: z.enum(['success', 'failure']),
}

/** The user's state before and after. `user_version` grows with every change of the user in Hub. */
const UserState = z.strictObject({
  status: z.enum(['active', 'deactivated']),
  org_role: OrgRole,
  products: z.array(z.enum(products)),
})

const userChange = { ...audited, user_version: z.int().min(1), before: UserState.nullable(), after: UserState }

const login = {
  ...audited,
  method: z.enum(['entra', 'hub_session']),
  country: z.string().length(2).optional(),
  device_id: z.string().max(200).optional(),
}

export const catalogue = {
  'code.org.connected': from(
    'code',
    z.strictObject({ org_id: id, provider: Provider, org_login: id, repo_count: z.int().min(0) }),
  ),
  'code.org.disconnected': from('code', z.strictObject({ org_id: id, provider: Provider, org_login: id })),
  'code.repo.discovered': from('code', z.strictObject({ repo_id: id, org_id: id, provider: Provider, repo_name: id })),
  'code.backup.requested': from('code', z.strictObject({ job_id: id, repo_id: id, org_id: id })),
  'code.documentation.generated': from('code', z.strictObject({ doc_count: z.int().min(0), repo_id: id })),
  'code.documentation.refreshed': from('code', z.strictObject({ doc_type: id, repo_id: id })),
  'code.security.new_secret_detected': from(
    'code',
    z.strictObject({ repo_id: id, org_id: id, secret_type: id, severity: Severity }),
  ),
  'hub.auth.login_success': from('hub', z.strictObject(login)),
  'hub.auth.login_failed': from(
    'hub',
    z.strictObject({
      ...login,
      user_id: id.nullable(),
      reason: z.enum(['unknown_user', 'not_invited', 'deactivated', 'no_product', 'provider_error']),
    }),
  ),
  'hub.iam.user_created': from('hub', z.strictObject(userChange)),
  'hub.iam.user_deactivated': from('hub', z.strictObject(userChange)),
  'hub.iam.permission_changed': from('hub', z.strictObject(userChange)),
  'hub.iam.access_granted': from('hub', z.strictObject({ ...userChange, product: z.enum(products) })),
  'hub.iam.access_revoked': from('hub', z.strictObject({ ...userChange, product: z.enum(products) })),
  'defend.detection.created': from(
    'defend',
    z.strictObject({
      detection_id: id,
      severity: Severity,
      title: z.string().min(1).max(300),
      summary: z.string().min(1).max(10_000),
      /** What detections of one cause have in common: the rule or the technique. */
      cause: id,
      client_id: id.nullable(),
      device: z.strictObject({ id, hostname: z.string().max(300), operating_system: z.string().max(200).optional() }),
      remediation: z.array(z.string().min(1).max(1_000)).max(30),
      detected_at: z.iso.datetime(),
      url: z.url({ protocol: /^https?$/ }).max(2_000),
    }),
  ),
} as const satisfies Record<string, EventType<z.ZodType>>

export type EventName = keyof typeof catalogue
export type EventData<Name extends EventName> = z.output<(typeof catalogue)[Name]['data']>

export const eventNames = Object.keys(catalogue) as EventName[]

export const isEventName = (type: string): type is EventName => Object.hasOwn(catalogue, type)
