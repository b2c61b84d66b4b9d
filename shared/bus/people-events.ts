// What events of People carry: how much and when somebody worked, and that they leave or change their role. Nothing of a profile is in them.
import * as z from 'zod'
import { reading, spare } from '../schema/reading.ts'
import { shortId } from './short-id.ts'

const id = z.string().min(1).max(200)
const anyId = z
  .string()
  .min(1)
  .overwrite((text) => shortId(text))

const count = z.int().min(0)
const hour = z.int().min(0).max(23)

/** A day of somebody's work, summed up when it is over. Day and hours are those of the clocks of the organization. */
export const WorkDaySummarized = z.strictObject({
  user_id: id,
  day: z.iso.date(),
  records_opened: count,
  records_exported: count,
  active_hours: z.array(hour).max(24),
})
/** Whose day it is has to be known. What else is needed is for who handles it to say, once it is certain that somebody wants it. */
export const ReadWorkDay = reading(
  z.object({
    user_id: anyId,
    day: spare(z.iso.date()),
    records_opened: spare(count),
    records_exported: spare(count),
    active_hours: spare(z.array(hour)),
  }),
)

export const EmploymentChanged = z.strictObject({
  user_id: id,
  change: z.enum(['notice_given', 'notice_withdrawn', 'role_changed']),
  /** The last day at work, or the first one in the new role; null while it is not known. */
  effective_on: z.iso.date().nullable(),
  changed_at: z.iso.datetime(),
})
export const ReadEmploymentChange = reading(
  z.object({
    user_id: anyId,
    change: EmploymentChanged.shape.change,
    effective_on: spare(z.iso.date()),
    changed_at: spare(EmploymentChanged.shape.changed_at),
  }),
)
