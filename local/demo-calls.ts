// The calls that Voice has with the demo client: one that is running, about the server that is being encrypted, and one that has ended.
import type { DemoRecord } from './demo-record.ts'
import { minutesBefore } from './minutes-before.ts'

type Client = { readonly clientId: string; readonly clientName: string }

export const demoCalls = ({ clientId, clientName }: Client, now: Date): readonly DemoRecord[] => [
  {
    peer: 'voice',
    kind: 'call',
    id: 'call-0007',
    clientId,
    record: {
      state: 'in_progress',
      direction: 'inbound',
      clientName,
      participants: [{ name: 'Ines Okoro', number: '+49 30 5550 142' }, { name: 'Mia Torres' }],
      startedAt: minutesBefore(now, 4),
      endedAt: null,
      transcript: [
        { at: minutesBefore(now, 4), speaker: 'Ines Okoro', text: 'Nobody in finance can open their files.' },
        { at: minutesBefore(now, 3), speaker: 'Mia Torres', text: 'Since when, and on which server are they?' },
        { at: minutesBefore(now, 2), speaker: 'Ines Okoro', text: 'For half an hour, all on fin-srv-02.' },
      ],
      earlierLines: 0,
    },
  },
  {
    peer: 'voice',
    kind: 'call',
    id: 'call-0008',
    clientId,
    record: {
      state: 'ended',
      direction: 'inbound',
      clientName,
      participants: [{ name: 'Ines Okoro' }, { name: 'Mia Torres' }],
      startedAt: minutesBefore(now, 90),
      endedAt: minutesBefore(now, 84),
      transcript: [
        {
          at: minutesBefore(now, 90),
          speaker: 'Ines Okoro',
          text: 'The backup of the finance shares failed last night.',
        },
        {
          at: minutesBefore(now, 89),
          speaker: 'Mia Torres',
          text: 'The disk of fab-bak-01 is full, I have just made room.',
        },
        {
          at: minutesBefore(now, 88),
          speaker: 'Mia Torres',
          text: "I'll check the next backup and call you by tomorrow.",
        },
      ],
      earlierLines: 0,
    },
  },
]
