// What can go wrong with a call to a model, beside what every function can have: what each door declares.
import type { ErrorCode } from '../error-table.ts'

export const callErrors = [
  'ai-tier-missing',
  'ai-limit-reached',
  'ai-call-too-large',
  'ai-busy',
  'ai-opted-out',
  'prompt-filtered',
  'prompt-too-long',
  'model-refused',
  'model-unauthorized',
  'model-cut-off',
  'model-unavailable',
  'model-missing',
  'model-timeout',
  'caller-gone',
] as const satisfies readonly ErrorCode[]
