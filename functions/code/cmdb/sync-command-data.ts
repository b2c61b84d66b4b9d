// What the command Sync Now says.
import * as z from 'zod'

export const SyncCommandData = z.strictObject({ requestId: z.string() })
