// The wire of devices and detections as a user sees them in Defend.
import * as z from 'zod'
import { RecordId, RecordUrl } from '../user-read/contract.ts'

const UtcTime = z.iso.datetime()
const Severity = z.enum(['critical', 'high', 'medium', 'low'])

/** CMDB's external reference of an asset. */
export const AssetReference = RecordId

/** Answer of `GET /v1/devices/{id}`. */
export const DefendDeviceView = z.object({
  id: RecordId,
  hostname: z.string(),
  /** The asset of CMDB that it is, as Defend has it. */
  assetReference: AssetReference.optional(),
  clientName: z.string().nullable(),
  operatingSystem: z.string().optional(),
  /** From 0 to 100, which is the most risk. */
  riskScore: z.number().min(0).max(100).optional(),
  /** What the score was made by: what is usual for the device, as this suite knows it, or rules of Defend's own. */
  riskBasis: z.enum(['behaviour', 'rules']).optional(),
  /** Whether Defend has cut it off from the network. */
  isolated: z.boolean(),
  agentVersion: z.string().optional(),
  lastSeenAt: UtcTime,
  /** Newest first. */
  openDetections: z
    .array(z.object({ id: RecordId, title: z.string(), severity: Severity, detectedAt: UtcTime }))
    .max(50),
  url: RecordUrl,
})
export type DefendDeviceView = z.infer<typeof DefendDeviceView>

/** Answer of `GET /v1/detections/{id}`. */
export const DefendDetectionView = z.object({
  id: RecordId,
  title: z.string(),
  severity: Severity,
  status: z.enum(['open', 'investigating', 'contained', 'closed']),
  summary: z.string(),
  clientName: z.string().nullable(),
  device: z.object({ id: RecordId, hostname: z.string() }).nullable(),
  /** Of MITRE ATT&CK: `T1486 Data Encrypted for Impact`. */
  techniques: z.array(z.string()).max(50),
  remediation: z.array(z.string()).max(50),
  detectedAt: UtcTime,
  url: RecordUrl,
})
export type DefendDetectionView = z.infer<typeof DefendDetectionView>

/** Answer of `GET /v1/devices?assetReference=`, as the suite reads it on its own behalf: several when Defend takes more than one for the asset. */
export const DefendDevicesOfAsset = z.object({ devices: z.array(DefendDeviceView).max(10) })
