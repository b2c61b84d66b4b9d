// A detection of Defend as this folder works with it, and the names that follow from its id.
import * as z from 'zod'
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import { detectionLimits as limits } from '../../../shared/bus/detection-event.ts'
import type { Event } from '../../../shared/bus/event.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'

/** Empty texts for what Defend did not tell. */
export const Detection = z.strictObject({
  detection_id: z.string(),
  title: z.string(),
  summary: z.string(),
  /** Of its own, where Defend named none: then it joins no other one. */
  cause: z.string(),
  client_id: z.string().nullable(),
  device: z.strictObject({ id: z.string(), hostname: z.string(), operating_system: z.string().optional() }),
  remediation: z.array(z.string()),
  detected_at: z.string(),
  url: z.string(),
  /** What Defend did not tell, and what is longer there than here, as a person calls it. */
  missing: z.array(z.string()).optional(),
  shortened: z.array(z.string()).optional(),
})
export type Detection = Readonly<z.infer<typeof Detection>>

/** The critical ones alone become tickets. A severity that is not known here is not one of them. */
export const detectionOf = ({ data, time }: Event<'defend.detection.created'>): Detection => {
  const { detection_id, device, remediation = [] } = data
  const [missing, shortened]: [string[], string[]] = [[], []]
  const text = (name: string, given: string | undefined, lengthMax: number): string => {
    if (given === undefined || given.trim() === '') missing.push(name)
    else if (given.length > lengthMax) shortened.push(name)
    return shorten(given ?? '', lengthMax)
  }
  const told = {
    title: text('title', data.title, limits.title),
    summary: text('summary', data.summary, limits.summary),
    device: {
      id: shorten(device?.id ?? '', idLengthShown),
      hostname: device ? text('host name', device.hostname, limits.hostname) : '',
      ...(device?.operating_system !== undefined && {
        operating_system: shorten(device.operating_system, limits.operatingSystem),
      }),
    },
    remediation: remediation.slice(0, limits.steps).map((step) => shorten(step, limits.step)),
  }
  if (remediation.length > limits.steps || remediation.some((step) => step.length > limits.step))
    shortened.push('remediation')
  if (data.cause === undefined) missing.push('cause')
  if (data.detected_at === undefined) missing.push('detection time (the time of the event is used instead)')
  return {
    ...told,
    detection_id,
    cause: data.cause ?? `detection ${detection_id}`,
    client_id: data.client_id ?? null,
    detected_at: data.detected_at ?? time,
    url: linkOf(data.url ?? ''),
    ...(missing.length > 0 && { missing }),
    ...(shortened.length > 0 && { shortened }),
  }
}

/** Empty for what no browser should open. */
const linkOf = (url: string): string =>
  url.length <= limits.url && /^https?:$/.test(URL.parse(url)?.protocol ?? '') ? url : ''

const idLengthShown = 200

/** The reference in PSA of the ticket that a detection begins: the same for everyone who asks for it. */
export const ticketRefOf = (tenantId: string, detectionId: string): string =>
  plainDigest(JSON.stringify([tenantId, detectionId]), 'defend')

/** The reference in PSA of the note of a detection on a ticket that another one began. */
export const noteReferenceOf = (detectionId: string): string => plainDigest(detectionId, 'detection')
