// One finding that cannot be used does not keep the others from being filed.
import { AppError, isAppError } from '../../../shared/errors.ts'
import { validate } from '../../../shared/http/request-input.ts'
import { fileFindings } from './filing.ts'
import { Finding, type UnusableFinding } from './finding.ts'
import type { Filed, Filing } from './standing.ts'

type Given = Finding | UnusableFinding

/**
 * One result for each, in their order: of those that cannot be used, what is wrong with them.
 * @param pathOf where in the request one is
 */
export const fileUsable = async (
  filing: Filing,
  given: readonly Given[],
  pathOf: (index: number) => string,
): Promise<readonly (Filed | AppError)[]> => {
  const usable = given.flatMap((item, index) => (isUsable(item) ? [{ item, index }] : []))
  const items = usable.map(({ item }) => item)
  const filed = [...(await fileFindings(filing, items, (index) => pathOf(usable[index]?.index ?? index)))]
  return given.map((item, index) =>
    isUsable(item)
      ? (filed.shift() ?? new AppError('internal', 'A finding got no result.'))
      : faultOf(item.unusable, index),
  )
}

const isUsable = (item: Given): item is Finding => !('unusable' in item)

export const idOf = (item: Given): string => (isUsable(item) ? item.findingId : item.unusable.findingId)

const faultOf = (unusable: unknown, index: number): AppError => {
  try {
    validate('body', Finding, unusable, ['findings', index])
  } catch (fault) {
    if (isAppError(fault)) return fault
    throw fault
  }
  return new AppError('internal', 'A finding was rejected although it is valid.')
}
