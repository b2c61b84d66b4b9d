// What a failure of a provider means, and what is told of it to whom.
import { describe, expect, it } from 'vitest'
import { asAppError, failureOfStatus, failureWithin } from '../../../../shared/ai/providers/model-failure.ts'

describe('a failure of a provider', () => {
  it('has what the provider said in its cause, and nothing of it in the words for the caller', () => {
    const failure = failureOfStatus({ status: 500, code: 'boom', message: 'disk of host-7', retryAfterMs: undefined })
    const error = asAppError(failure, 1)
    expect(error.cause).toMatchObject({ message: 'The provider answered 500 boom: disk of host-7' })
    expect(`${error.message} ${JSON.stringify(error.details)}`).not.toMatch(/boom|host-7/)
  })

  it('within an answer is that of the question where a filter refuses it: nobody else is asked, and no breaker opens', () => {
    expect(failureWithin('content_filter', 'refused')).toMatchObject({
      code: 'prompt-filtered',
      meaning: { again: 'nowhere', infrastructure: false },
    })
    expect(failureWithin('server_error', 'boom')).toMatchObject({
      code: 'model-unavailable',
      meaning: { again: 'anywhere', infrastructure: true },
    })
  })
})
