// An attempt that log and trace tell of, however it ends.
import { isAppError } from '../../errors.ts'
import { type AttemptPart, attemptAt } from './attempt.ts'
import { askedOf, finishedBy, logCall, operationOf, usedOf } from './call-record.ts'
import { ModelFailure } from './model-failure.ts'

type Recorded = Omit<Parameters<typeof attemptAt>[0], 'onUse'>

/** @throws as `attemptAt` */
export async function* recordedAttempt(attempt: Recorded): AsyncGenerator<AttemptPart> {
  const { deployment, call } = attempt
  const isAudio = call.audio !== undefined
  const span = call.span?.beginCall(`${operationOf(isAudio)} ${deployment.name}`, askedOf(deployment, isAudio))
  // Unless it comes to an end, whoever reads it has left the loop.
  let errorType: string | undefined = 'caller-gone'
  try {
    const parts = attemptAt({
      ...attempt,
      onUse: (use, ended) => {
        logCall(deployment, use, ended)
        span?.set(usedOf(use))
        call.onUsed?.(use)
      },
    })
    for await (const part of parts) {
      if (part.kind === 'end') span?.set({ 'gen_ai.response.finish_reasons': [finishedBy[part.result.finish]] })
      yield part
    }
    errorType = undefined
  } catch (error) {
    errorType = isAppError(error) || error instanceof ModelFailure ? error.code : 'internal'
    throw error
  } finally {
    span?.end(errorType)
  }
}
