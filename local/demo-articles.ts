// Articles of PSA's knowledge base, about what the demo client calls for.
import type { DemoRecord } from './demo-record.ts'
import { minutesBefore } from './minutes-before.ts'

const articles = [
  [
    'kb-0101',
    'Files on a server cannot be opened',
    'When nobody can open files on a server, ask first whether their names have changed: then it may be ransomware, and the server has to be isolated in Defend before anything else. Otherwise look at the free space of its disks and at the service of the shares.',
  ],
  [
    'kb-0102',
    'Backup fails since the disk is full',
    'A backup that fails with a full disk needs room on the backup server. Delete the oldest chain, and start the backup again.',
  ],
  [
    'kb-0103',
    'Outlook asks for the password again and again',
    'After a new password Outlook keeps the old one. Remove the stored credentials and sign in again.',
  ],
] as const

export const demoArticles = (now: Date): readonly DemoRecord[] =>
  articles.map(([id, title, text]) => ({
    peer: 'psa',
    kind: 'article',
    id,
    clientId: null,
    record: { title, text, updatedAt: minutesBefore(now, 40_000) },
  }))
