// Devices of RMM as context: inventory, patches and what was changed lately.
import type { ReadRmmDevice } from '../peers/rmm/client.ts'
import type { Fact } from './context.ts'
import { fact, joined, numbered } from './facts.ts'
import { recordKind } from './kind.ts'

export const rmmKinds = {
  device: recordKind({
    name: 'RMM device',
    read: async (products, { tenantId, userId }, id) => (await products.rmm()).readDevice(tenantId, userId, id),
    tell: (device) => ({
      title: device.name,
      url: device.url,
      facts: [
        ...fact('name', 'Device', device.name),
        ...fact('kind', 'Kind', device.kind),
        ...fact('client', 'Client', device.clientName),
        ...fact('online', 'Online', device.online),
        ...fact('last-seen', 'Last seen', device.lastSeenAt),
        ...fact('last-user', 'Last user', device.lastUser),
        ...changes(device),
        ...patches(device),
        ...inventory(device),
      ],
    }),
  }),
}

/** The newest ones: what was changed long ago explains nothing that is new. */
const changesMax = 20

/** The time stands in the label, where the search for a root cause looks for it. */
const changes = (device: ReadRmmDevice): readonly Fact[] =>
  numbered('change', device.changes?.slice(0, changesMax), ({ at, title }) => ({
    label: `Change of ${at}`,
    parts: [title],
  }))

const patchWords = { up_to_date: 'up to date', missing: 'patches are missing', failed: 'the last installation failed' }

const patches = ({ patches: state }: ReadRmmDevice): readonly Fact[] => [
  ...fact('patches', 'Patch status', state && (patchWords as Record<string, string>)[state.status]),
  ...fact('patches-checked', 'Patches checked', state?.checkedAt),
  ...fact('restart', 'Needs a restart', state?.needsRestart),
  ...numbered('patch', state?.missing, ({ title, severity }) => ({
    label: `Missing patch (${severity})`,
    parts: [title],
  })),
]

const inventory = (device: ReadRmmDevice): readonly Fact[] => [
  ...fact('operating-system', 'Operating system', device.operatingSystem),
  ...joined('model', 'Model', [device.manufacturer, device.model], ' '),
  ...fact('serial-number', 'Serial number', device.serialNumber),
  ...fact('processor', 'Processor', device.processor),
  ...fact('memory', 'Memory in GB', device.memoryGb),
  ...numbered('disk', device.disks, ({ name, sizeGb, freeGb }) => ({
    label: 'Disk',
    parts: [`${name}: ${freeGb} GB of ${sizeGb} GB are free`],
  })),
]
