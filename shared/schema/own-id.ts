// Ids that this suite makes itself: unlike those of others, a path can hold each of them.
import * as z from 'zod'

export const OwnId = z.string().regex(/^[\w.~-]{1,100}$/, 'must be an id as this suite gives it')
