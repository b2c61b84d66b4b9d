// What events of detections carry: as Defend publishes them by the catalogue, and what is read of them.
import * as z from 'zod'
import { reading, spare } from '../schema/reading.ts'
import { Severity } from '../text/severity.ts'
import { redactSecrets } from '../text/secret-redaction.ts'
import { anyLink, freeText } from './free-text.ts'
import { shortId } from './short-id.ts'

const id = z.string().min(1).max(200)
const anyId = z
  .string()
  .min(1)
  .overwrite((text) => shortId(text))

export const detectionLimits = {
  title: 300,
  summary: 10_000,
  hostname: 300,
  operatingSystem: 200,
  steps: 30,
  step: 1_000,
  url: 2_000,
} as const

export const DetectionData = z.strictObject({
  detection_id: id,
  severity: Severity,
  title: z.string().min(1).max(detectionLimits.title),
  summary: z.string().min(1).max(detectionLimits.summary),
  /** What detections of one cause have in common: the rule or the technique. */
  cause: id,
  client_id: id.nullable(),
  device: z.strictObject({
    id,
    hostname: z.string().max(detectionLimits.hostname),
    operating_system: z.string().max(detectionLimits.operatingSystem).optional(),
  }),
  remediation: z.array(z.string().min(1).max(detectionLimits.step)).max(detectionLimits.steps),
  detected_at: z.iso.datetime(),
  url: z.url({ protocol: /^https?$/ }).max(detectionLimits.url),
})

/** Which detection it is, and how bad, has to be known. Texts may have any length. */
export const ReadDetection = reading(
  z.object({
    detection_id: anyId,
    severity: DetectionData.shape.severity,
    title: spare(freeText),
    summary: spare(freeText),
    cause: spare(anyId),
    client_id: spare(anyId),
    device: spare(z.object({ id: spare(freeText), hostname: spare(freeText), operating_system: spare(freeText) })),
    remediation: spare(
      z
        .array(z.unknown())
        .transform((steps) =>
          steps.filter((step): step is string => typeof step === 'string').map((step) => redactSecrets(step)),
        ),
    ),
    detected_at: spare(DetectionData.shape.detected_at),
    url: spare(anyLink),
  }),
)
