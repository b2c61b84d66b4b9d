// How many streams may be open at once in this process: each reads a call again and again.
import { AppError } from '../../../shared/errors.ts'

const ofPersonMax = 3
const ofTenantMax = 50

const open = new Map<string, number>()

type Whose = { readonly tenantId: string; readonly userId: string }

/**
 * @returns what gives the place back; a second call of it does nothing
 * @throws AppError `too-many-requests`
 */
export const takeStream = ({ tenantId, userId }: Whose): (() => void) => {
  const places = [
    [JSON.stringify([tenantId]), ofTenantMax],
    [JSON.stringify([tenantId, userId]), ofPersonMax],
  ] as const
  for (const [place, most] of places)
    if ((open.get(place) ?? 0) >= most)
      throw new AppError('too-many-requests', 'Too many calls are assisted at once. Close one of the streams first.', {
        details: { retryAfterSeconds: 5 },
      })
  for (const [place] of places) open.set(place, (open.get(place) ?? 0) + 1)
  let isTaken = true
  return () => {
    if (!isTaken) return
    isTaken = false
    for (const [place] of places) {
      const left = (open.get(place) ?? 1) - 1
      if (left > 0) open.set(place, left)
      else open.delete(place)
    }
  }
}
