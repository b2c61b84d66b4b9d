// Asks the AI gateway for an organization, with the organization's own key, and says what its errors mean here.
import type { Answer } from '@theone/ai-gateway/gateway'
import type { FeatureName, Features } from '@theone/ai-gateway/features'
import type { GatewayError } from '@theone/ai-gateway/gateway-error'
import { type ErrorCode, errorTable } from '../../../shared/error-table.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Services } from '../../../shared/services.ts'
import { currentTrace, newTrace, outgoingTraceparent } from '../../../shared/telemetry/trace.ts'
import { openGatewayKey } from './gateway-key.ts'

/**
 * Throws an AppError: what the gateway said, under its own code, or `peer-unavailable`, `peer-timeout`, `peer-invalid-response`,
 * `peer-unauthorized`.
 * @param options.userId on whose behalf: the user's tier and limits count
 */
export type AskGateway = <Name extends FeatureName>(
  feature: Name,
  input: Features[Name]['input'],
  options?: { readonly userId?: string },
) => Promise<Answer<unknown>>

/** Nobody waits here: the step itself is tried again later, and holds no place until then. */
const retries = 0

export const openGateway = (services: Services, tenantId: string): AskGateway => {
  const ownKey = openGatewayKey(services, tenantId)
  return async (feature, input, options = {}) => {
    const [{ createGateway }, { GatewayError: Failure }] = await Promise.all([
      import('@theone/ai-gateway/gateway'),
      import('@theone/ai-gateway/gateway-error'),
    ])
    const { AI_GATEWAY_URL: url } = services.config.require('AI_GATEWAY_URL')
    const traceparent = outgoingTraceparent(currentTrace() ?? newTrace())
    const askWith = (key: string) =>
      createGateway({ url, key, retries }).ask(feature, input, { ...options, traceparent })
    const key = await ownKey.read()
    try {
      try {
        return await askWith(key)
      } catch (error) {
        // It has ended, or was revoked: there may be a newer one, and if not there is one now.
        if (!(error instanceof Failure) || error.problem?.status !== 401) throw error
        return await askWith(await ownKey.replace(key))
      }
    } catch (error) {
      throw error instanceof Failure ? failureOf(error, feature) : error
    }
  }
}

const failureOf = (error: GatewayError, feature: string): AppError => {
  const { problem } = error
  return new AppError(codeOf(error), error.message, {
    cause: error,
    details: {
      peer: 'ai',
      operation: `ask for ${feature}`,
      ...(problem && { peerStatus: problem.status }),
      ...(problem?.retryAfterSeconds !== undefined && { retryAfterSeconds: problem.retryAfterSeconds }),
      ...(problem?.errors && { errors: problem.errors }),
    },
  })
}

const codes = {
  refused: 'peer-rejected',
  unreachable: 'peer-unavailable',
  timeout: 'peer-timeout',
  unreadable: 'peer-invalid-response',
} as const satisfies Readonly<Record<GatewayError['failure'], ErrorCode>>

/** The gateway's own code where it says something about the question or the model, and not about who we are to it. */
const codeOf = ({ failure, problem }: GatewayError): ErrorCode => {
  if (!problem) return codes[failure]
  const { code, status } = problem
  if (code === 'unauthenticated' || code === 'forbidden') return 'peer-unauthorized'
  if (Object.hasOwn(errorTable, code)) return code as ErrorCode
  return status >= 500 ? 'peer-unavailable' : 'peer-rejected'
}
