// The wire between this suite and The One RMM, version 1: devices are read, on behalf of a user or of the suite, and nothing is written.
import * as z from 'zod'
import { RecordId, RecordUrl, userHeader } from '../user-read/contract.ts'

/** Request headers of every call. */
export const rmmHeaders = { key: 'X-Integration-Key', tenant: 'X-Tenant-Id', user: userHeader } as const

const UtcTime = z.iso.datetime()

/** CMDB's external reference of an asset. */
export const AssetReference = RecordId

/** Answer of `GET /v1/devices/{id}`. */
export const RmmDevice = z.object({
  id: RecordId,
  name: z.string(),
  /** The asset of CMDB that it is, as RMM has it. */
  assetReference: AssetReference.optional(),
  kind: z.enum(['server', 'workstation', 'laptop', 'network', 'other']),
  /** `null` while nobody has said whose the device is. */
  clientName: z.string().nullable(),
  operatingSystem: z.string().optional(),
  operatingSystemVersion: z.string().optional(),
  manufacturer: z.string().optional(),
  model: z.string().optional(),
  serialNumber: z.string().optional(),
  processor: z.string().optional(),
  memoryGb: z.number().optional(),
  disks: z.array(z.object({ name: z.string(), sizeGb: z.number(), freeGb: z.number() })).max(50),
  lastUser: z.string().optional(),
  online: z.boolean(),
  lastSeenAt: UtcTime,
  patches: z.object({
    status: z.enum(['up_to_date', 'missing', 'failed']),
    checkedAt: UtcTime.optional(),
    needsRestart: z.boolean().optional(),
    /** The most severe first. */
    missing: z
      .array(z.object({ title: z.string(), severity: z.enum(['critical', 'important', 'moderate', 'low']) }))
      .max(200),
  }),
  /** What was installed, removed, updated or set on it, the newest first. */
  changes: z
    .array(z.object({ at: UtcTime, title: z.string() }))
    .max(50)
    .optional(),
  url: RecordUrl,
})
export type RmmDevice = z.infer<typeof RmmDevice>

/** Answer of `GET /v1/devices?assetReference=`, as the suite reads it on its own behalf: several when RMM takes more than one for the asset. */
export const RmmDevicesOfAsset = z.object({ devices: z.array(RmmDevice).max(10) })
