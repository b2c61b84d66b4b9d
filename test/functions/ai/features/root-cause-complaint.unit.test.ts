// What a ticket complains of: neither the names of things nor advice is talk of a trouble, and a detection that it tells is what it speaks of.
import { describe, expect, it } from 'vitest'
import { ticketTextOf } from '../../../../functions/code/tickets/ticket-text.ts'
import { draftOf } from '../../../../functions/ai/security-tickets/ticket-draft.ts'
import type { Detection } from '../../../../functions/ai/security-tickets/detection.ts'
import type { Finding } from '../../../../functions/code/tickets/finding.ts'
import { demoDetection } from '../../../../local/demo-detection.ts'
import { demoFinding } from '../../../../local/demo-finding.ts'
import { type Told, asked, record, verdicts } from './root-cause-asked.ts'

const server = 'fin-srv-02'
const failedPatch: Told = ['Patch status', 'the last installation failed']
const fullDisk: Told = ['Disk', 'C: 4 GB of 480 GB are free']
const neglected = record(
  server,
  'r',
  failedPatch,
  ['Needs a restart', 'yes'],
  ['Missing patch (critical)', 'KB5062553'],
  fullDisk,
)
const detection = (title: string, severity = 'critical') =>
  record(server, 'd', [`Open detection of 2026-11-18T09:50:00Z (${severity})`, `${title}, detection-0001`])

const supported = (...[title, description, ...records]: Parameters<typeof asked>): readonly string[] =>
  verdicts(asked(title, description, ...records)).flatMap(([state, statement]) =>
    state === 'supported' ? [statement] : [],
  )

describe('a ticket that this suite wrote', () => {
  it('is explained by the detection that it was made of, first and alone', () => {
    const made = demoDetection('tenant', new Date('2026-11-18T09:50:00Z')).data as Detection
    const { title, description } = draftOf('tenant', made, { settings: { severityMapping: {} } } as never)
    const told = verdicts(asked(title, description, neglected, detection('Mass encryption of files')))
    expect(told.map(([state]) => state)).toEqual(['supported', 'open', 'open', 'open', 'open'])
    expect(told[0]?.[1]).toBe(
      'fin-srv-02 is under attack: Mass encryption of files, detection-0001. The ticket is about fin-srv-02 and tells of it: “[Critical] Mass encryption of files on fin-srv-02”.',
    )
  })

  it('of a finding in code complains of no device, whatever it recommends', () => {
    const head = 'Repository: northwind/billing\nClient: Fabrikam\nIndented text is quoted from the findings.'
    const { description } = ticketTextOf([demoFinding as unknown as Finding], head)
    const told = verdicts(asked('[Critical] Update of the database driver', description, neglected))
    expect(told.map(([state]) => state)).toEqual(['open', 'open', 'open', 'open'])
    for (const [, statement] of told) expect(statement).toContain('Nothing in the ticket speaks of it.')
  })
})

describe('a detection', () => {
  it('is what the ticket speaks of when the ticket tells its title, before another trouble and another detection', () => {
    const told = verdicts(
      asked('Golden ticket use seen on fin-srv-02', 'A virus?', detection('Golden ticket use'), {
        ...detection('Phishing page opened'),
        facts: detection('Phishing page opened').facts.map((fact) => ({ ...fact, id: `${fact.id}-2` })),
      }),
    )
    expect(told).toEqual([
      ['supported', expect.stringContaining('Golden ticket use')],
      ['open', expect.stringContaining('another fact has the very name')],
    ])
  })

  it('is what the ticket speaks of when both name the same file', () => {
    const seen = record(
      'Odd process',
      'd',
      ['Detection', 'Odd process'],
      ['Summary', 'x9sync.exe talks to a host abroad.'],
      ['Device', `${server}, device-1`],
    )
    expect(supported('What is x9sync.exe on fin-srv-02?', '', { ...seen, name: 'Defend detection' })).toEqual([
      expect.stringContaining('names x9sync.exe, as it does'),
    ])
  })

  it('is not what a ticket speaks of that has one of its words, or is about something else', () => {
    expect(supported('Files are sorted wrongly on fin-srv-02', '', detection('Mass encryption of files'))).toEqual([])
    expect(supported('The mouse of fin-srv-02 is broken', '', detection('Mass encryption of files'))).toEqual([])
  })
})

describe('what nothing in the ticket speaks of', () => {
  it('is told by how bad it is: attack, full disk, what was changed, patches', () => {
    const changed = record(server, 'c', ['Change of 2026-11-18T08:00:00Z', 'Fan replaced'])
    const told = verdicts(
      asked('Colours are wrong on fin-srv-02', '', changed, neglected, detection('Port scan', 'high')),
    )
    expect(told.map(([, statement]) => /attack|disk|Fan|failed|restart|KB5062553/.exec(statement)?.[0])).toEqual([
      'attack',
      'disk',
      'Fan',
      'failed',
      'restart',
      'KB5062553',
    ])
  })
})

describe('talk of updates, space and connections', () => {
  it.each([
    'The icon of update.exe is missing.',
    'The text in C:\\Program Files\\Backup Service\\restart.log is in the wrong colour.',
    'The page https://intranet.example/update/disk-full has the wrong title.',
    'The job patch_backup_7 has the wrong colour.',
    'backup-01 has a wrong sticker.',
    'The colours are wrong. Update the driver, says the vendor.',
    'The colours are wrong. Update your driver.',
    'The colours are wrong. Users should update to 4.2.',
    'The colours are wrong.\nRecommended steps:\n1. Restart it.\n2. Free disk space.',
  ])('is no name and no advice: %s', (description) => {
    expect(supported('Look at fin-srv-02', description, neglected)).toEqual([])
  })

  it.each([
    'After the update of update.exe it shows a blue screen.',
    'Update fails to install.',
    'Restart loop.',
    'Restart the server does not help, the update fails.',
    'Windows-11-Update schlägt fehl.',
    'Next steps:\n- ask Ann\nThe update hangs.',
    'Steps to reproduce:\n1. Start the update.',
    'The disk is full.Backups fail.',
  ])('is heard when people tell it: %s', (description) => {
    expect(supported('Look at fin-srv-02', description, neglected)).not.toEqual([])
  })
})
