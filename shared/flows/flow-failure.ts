// A step of an orchestration that failed for good, as the orchestration sees it: the code and the words that may be shown.
import type { ErrorCode } from '../error-table.ts'

export class FlowFailure extends Error {
  override readonly name = 'FlowFailure'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
