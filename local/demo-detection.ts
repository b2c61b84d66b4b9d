// A critical detection to try the events out with: `npm start` prints how Defend would publish it.
import { randomUUID } from 'node:crypto'
import { type CloudEvent, dataSchemaOf } from '../shared/bus/cloud-event.ts'

const type = 'defend.detection.created'

/** Another one with each call, so that each has a ticket of its own. */
export const demoDetection = (tenantId: string, now: Date): CloudEvent => {
  const id = randomUUID()
  return {
    specversion: '1.0',
    id,
    source: '/products/defend',
    type,
    time: now.toISOString(),
    datacontenttype: 'application/json',
    dataschema: dataSchemaOf(type, 1),
    tenantid: tenantId,
    data: {
      detection_id: `detection-${id}`,
      severity: 'critical',
      title: 'Mass encryption of files',
      summary: 'update.exe renames and rewrites files in the shares of the finance department.',
      cause: `T1486-${id}`,
      client_id: 'client-fabrikam',
      device: { id: 'device-0042', hostname: 'fin-srv-02', operating_system: 'Windows Server 2025' },
      remediation: ['Isolate fin-srv-02.', 'Disable the account that runs update.exe.', 'Restore the shares.'],
      detected_at: now.toISOString(),
      url: `https://defend.example/detections/${id}`,
    },
  }
}
