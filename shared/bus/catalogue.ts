// Every event that this suite publishes or handles: its version, who may publish it, exactly what it carries, and what is read of it.
import * as z from 'zod'
import type { Product } from '../peers/hub/vocabulary.ts'
import { type Reading, reading } from '../schema/reading.ts'
import { DetectionData, ReadDetection } from './detection-event.ts'
import { DeviceActivity, ReadDeviceActivity } from './device-activity.ts'
import {
  CallEnded,
  InvestigationOpened,
  ReadCallEnded,
  ReadInvestigationOpened,
  ReadRecordingReady,
  RecordingReady,
} from './evidence-events.ts'
import { AccessChange, FailedLogin, Login, ReadLogin, ReadUserChange, UserChange } from './hub-events.ts'
import { ReadSuggestionAnswered, SuggestionAnswered } from './suggestion-event.ts'
import { EmploymentChanged, ReadEmploymentChange, ReadWorkDay, WorkDaySummarized } from './people-events.ts'
import { Severity } from '../text/severity.ts'

const id = z.string().min(1).max(200)
const Provider = z.enum(['github', 'gitlab', 'azure_devops'])

type EventType = {
  readonly version: number
  readonly publisher: Product
  /** Exactly what is published. */
  readonly data: z.ZodType
  /** What is read of it. */
  readonly read: Reading
}

const ours = <Data extends z.ZodType>(data: Data) =>
  ({ version: 1, publisher: 'code', data, read: reading(data) }) as const

const from = <Data extends z.ZodType, Read extends Reading>(publisher: Product, data: Data, read: Read) =>
  ({ version: 1, publisher, data, read }) as const

export const catalogue = {
  'code.org.connected': ours(
    z.strictObject({ org_id: id, provider: Provider, org_login: id, repo_count: z.int().min(0) }),
  ),
  'code.org.disconnected': ours(z.strictObject({ org_id: id, provider: Provider, org_login: id })),
  'code.repo.discovered': ours(z.strictObject({ repo_id: id, org_id: id, provider: Provider, repo_name: id })),
  'code.backup.requested': ours(z.strictObject({ job_id: id, repo_id: id, org_id: id })),
  'code.documentation.generated': ours(z.strictObject({ doc_count: z.int().min(0), repo_id: id })),
  'code.documentation.refreshed': ours(z.strictObject({ doc_type: id, repo_id: id })),
  'code.security.new_secret_detected': ours(
    z.strictObject({ repo_id: id, org_id: id, secret_type: id, severity: Severity }),
  ),
  'hub.auth.login_success': from('hub', Login, ReadLogin),
  'hub.auth.login_failed': from('hub', FailedLogin, ReadLogin),
  'hub.iam.user_created': from('hub', UserChange, ReadUserChange),
  'hub.iam.user_deactivated': from('hub', UserChange, ReadUserChange),
  'hub.iam.permission_changed': from('hub', UserChange, ReadUserChange),
  'hub.iam.access_granted': from('hub', AccessChange, ReadUserChange),
  'hub.iam.access_revoked': from('hub', AccessChange, ReadUserChange),
  'defend.device.activity': from('defend', DeviceActivity, ReadDeviceActivity),
  'defend.detection.created': from('defend', DetectionData, ReadDetection),
  'defend.investigation.opened': from('defend', InvestigationOpened, ReadInvestigationOpened),
  'people.work_day.summarized': from('people', WorkDaySummarized, ReadWorkDay),
  'people.employment.changed': from('people', EmploymentChanged, ReadEmploymentChange),
  'voice.recording.ready': from('voice', RecordingReady, ReadRecordingReady),
  'psa.suggestion.answered': from('psa', SuggestionAnswered, ReadSuggestionAnswered),
  'voice.call.ended': from('voice', CallEnded, ReadCallEnded),
} as const satisfies Record<string, EventType>

export type EventName = keyof typeof catalogue
/** As it is published. */
export type EventData<Name extends EventName> = z.output<(typeof catalogue)[Name]['data']>
/** As it is read. */
export type ReadEventData<Name extends EventName> = z.output<(typeof catalogue)[Name]['read']>

export const eventNames = Object.keys(catalogue) as EventName[]

export const isEventName = (type: string): type is EventName => Object.hasOwn(catalogue, type)
