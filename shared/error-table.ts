// The one table that says what each failure means: to an HTTP caller, to a message and to the operator.
import { messageErrors } from './error-codes/message-errors.ts'
import { modelErrors } from './error-codes/model-errors.ts'
import { outageErrors } from './error-codes/outage-errors.ts'
import { requestErrors } from './error-codes/request-errors.ts'

/** What happens to a message, a timer run or an activity that fails with this code. */
type OnMessage = 'retry' | 'park'

type ErrorMeaning = {
  readonly status: number
  /** The RFC 9457 `title`: the same words for every occurrence. */
  readonly title: string
  readonly onMessage: OnMessage
  /** Whose incident it is: of the tenant that it happened to, or one of the platform for all tenants (GOV-1). */
  readonly incident: 'tenant' | 'platform'
  /** What the person who reads the log or the incident should do. */
  readonly advice: string
}

export const errorTable = {
  ...requestErrors,
  ...messageErrors,
  ...outageErrors,
  ...modelErrors,
} as const satisfies Record<string, ErrorMeaning>

export type ErrorCode = keyof typeof errorTable
