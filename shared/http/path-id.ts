// Ids in addresses. On Azure an address with `%2F` ends in a 404 before any function sees it, or is taken for `/`
// (azure-functions-host #9290, #3998, #5619), and a front end may take a backslash for a slash. So an id that no path can hold travels
// in the query, and the path form refuses what could be the text of another id.
import { AppError, type FieldError } from '../errors.ts'

/**
 * What a host leaves as it came (`%2F`, and bytes that are no UTF-8) reads like an id that holds just these characters: whether
 * `a%2Fb` was meant, or `a/b`, cannot be told.
 */
const ambiguous = /[/\\]|%(?:2f|5c|[89a-f][0-9a-f])/i

/** Whether a path can hold this id, and give back no other. */
export const fitsPath = (id: string): boolean => !ambiguous.test(id) && !/^\.{0,2}$/.test(id)

/**
 * @param params as the host has decoded them
 * @param queryForm how to call the same function with the ids in the query, where there is such a way
 * @throws AppError `validation-failed` for ids that cannot come by path
 */
export const refusePathMisfits = (params: Readonly<Record<string, unknown>>, queryForm: string | undefined): void => {
  const errors = Object.entries(params).flatMap(([name, value]): FieldError[] =>
    typeof value === 'string' && !fitsPath(value)
      ? [{ path: `params.${name}`, message: 'must have no slash, no backslash and nothing that is still encoded' }]
      : [],
  )
  if (errors.length === 0) return
  const advice = queryForm === undefined ? 'Check the id.' : `Send it in the query: ${queryForm}.`
  throw new AppError('validation-failed', `An id cannot be part of a path. ${advice}`, {
    details: { errors },
  })
}
