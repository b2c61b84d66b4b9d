// What the command that starts a rotation says.
import * as z from 'zod'

export const RotationCommandData = z.strictObject({ rotationId: z.string() })
