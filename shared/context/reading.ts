// Reads a record of another product on behalf of a user, as facts.
import { within } from '../deadline.ts'
import { isAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'
import type { ContextRead, ContextReader, ContextRefusal } from './context.ts'
import { limitedFacts, limitedTitle } from './fact-limits.ts'
import { kindOf } from './kinds.ts'
import type { ContextReference } from './reference.ts'

/** Somebody waits for the answer that rests on it. Beyond what `forReading` allows a product: the key may have to be read as well. */
const readMsMax = 4_000

/**
 * Never throws for what lies with the product, or with the reference: that is a refusal, which is logged.
 * @param reader tenant and user of the caller's credential, never of a body
 */
export const readContext = async (
  source: ContextReference,
  { tenantId, userId }: ContextReader,
  { forReading }: Pick<Services, 'forReading'>,
): Promise<ContextRead> => {
  const kind = kindOf(source)
  const refused = (reason: ContextRefusal['reason'], error?: unknown): ContextRefusal => {
    const { product, kind: kindName, id } = source
    log.warn('context.not_read', {
      product,
      kind: kindName,
      id,
      tenantId,
      reason,
      ...(error !== undefined && { error }),
    })
    return { kind: 'refused', source, name: kind.name, reason }
  }
  try {
    const call = () => kind.read(forReading, { tenantId, userId }, source.id)
    const found = await within(kind.name, readMsMax, { call })
    if (found.outcome !== 'read') return refused(found.outcome)
    const { title, url, facts, isCut = false } = found.record
    const limited = limitedFacts(facts)
    return {
      kind: 'read',
      source,
      name: kind.name,
      title: limitedTitle(title),
      url,
      facts: limited.facts,
      isCut: isCut || limited.isCut,
    }
  } catch (error) {
    // Of this suite's own checks: an id that no record can have.
    if (isAppError(error, 'validation-failed')) return refused('not-found', error)
    if (isAppError(error) || isTimeout(error)) return refused('unavailable', error)
    throw error
  }
}

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError'
