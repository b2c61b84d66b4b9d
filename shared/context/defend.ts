// Devices and detections of Defend as context.
import { fact, joined, numbered } from './facts.ts'
import { recordKind } from './kind.ts'

export const defendKinds = {
  device: recordKind({
    name: 'Defend device',
    read: async (products, { tenantId, userId }, id) => (await products.defend()).viewDevice(tenantId, userId, id),
    tell: (device) => ({
      title: device.hostname,
      url: device.url,
      facts: [
        ...fact('hostname', 'Host name', device.hostname),
        ...fact('client', 'Client', device.clientName),
        ...fact('operating-system', 'Operating system', device.operatingSystem),
        ...fact('risk', 'Risk score from 0 to 100', device.riskScore),
        ...fact('isolated', 'Cut off from the network', device.isolated),
        ...fact('agent', 'Version of the agent', device.agentVersion),
        ...fact('last-seen', 'Last seen', device.lastSeenAt),
        ...numbered('detection', device.openDetections, ({ id, title, severity, detectedAt }) => ({
          label: `Open detection of ${detectedAt} (${severity})`,
          parts: [title, id],
        })),
      ],
    }),
  }),
  detection: recordKind({
    name: 'Defend detection',
    read: async (products, { tenantId, userId }, id) => (await products.defend()).viewDetection(tenantId, userId, id),
    tell: (detection) => ({
      title: detection.title,
      url: detection.url,
      facts: [
        ...fact('title', 'Detection', detection.title),
        ...fact('severity', 'Severity', detection.severity),
        ...fact('status', 'Status', detection.status),
        ...fact('client', 'Client', detection.clientName),
        ...joined('device', 'Device', [detection.device?.hostname, detection.device?.id]),
        ...fact('detected', 'Detected', detection.detectedAt),
        ...fact('summary', 'Summary', detection.summary),
        ...numbered('technique', detection.techniques, (name) => ({
          label: 'Technique of MITRE ATT&CK',
          parts: [name],
        })),
        ...numbered('step', detection.remediation, (step) => ({ label: 'Recommended step', parts: [step] })),
      ],
    }),
  }),
}
