// What a ticket says is not so supports nothing; what it complains of does, also where its words are those of a denial.
import { describe, expect, it } from 'vitest'
import { judgeOf } from '../../../../eval/judge.ts'
import { type Told, asked, record, verdicts } from './root-cause-asked.ts'

const fullDisk: Told = ['Disk', 'C: 1 GB of 480 GB are free']
const offline: readonly Told[] = [
  ['Online', 'no'],
  ['Last seen', '2026-11-18T08:30:00Z'],
]
const attack: Told = ['Open detection of 2026-11-18T09:50:00Z (critical)', 'Mass encryption of files, d-1']
const expired: Told = ['Attribute', 'Certificate expires: 2026-11-17']

const firstOf = (title: string, description: string, ...told: readonly Told[]) =>
  verdicts(asked(title, description, record('WS-2', 'd', ...told)))[0]

describe('what the ticket denies', () => {
  it.each<[said: string, quote: string, ...told: Told[]]>([
    ['Disk is not full, we checked. VPN does not connect.', 'Disk is not full, we checked', fullDisk],
    ['Die Festplatte ist nicht voll. VPN geht nicht.', 'Die Festplatte ist nicht voll', fullDisk],
    ['Nobody can save files. The disk is not full.', 'The disk is not full', fullDisk],
    ["The disk isn't full, but files cannot be saved.", "The disk isn't full, but files cannot be saved", fullDisk],
    ['WS-2 is slow. There is enough disk space.', 'There is enough disk space', fullDisk],
    ['Backups fail. It is not the disk.', 'It is not the disk', fullDisk],
    ['Sichern geht nicht. Genug Speicherplatz ist da.', 'Genug Speicherplatz ist da', fullDisk],
    ['Nobody can connect to it. It is not offline.', 'It is not offline', ...offline],
    ['Cannot connect. WS-2 is online.', 'WS-2 is online', ...offline],
    ['Browser warning. The certificate is still valid.', 'The certificate is still valid', expired],
    ['No virus was found.', 'No virus was found', attack],
    ['No mass encryption of files was seen.', 'No mass encryption of files was seen', attack],
  ])('is open, and both are said: %s', (said, quote, ...told) => {
    const [state, statement] = firstOf(said, '', ...told) ?? []
    expect(state).toBe('open')
    expect(statement).toContain(`But the ticket says “${quote}”, and RMM says otherwise: “${told[0]?.[0]}: `)
  })

  it('is what the same fact is of, and no other device, disk or trouble', () => {
    const supported = (description: string, ...told: readonly Told[]) =>
      verdicts(asked('Cannot save files on WS-2', description, record('WS-2', 'd', ...told))).flatMap(
        ([state, statement]) => (state === 'supported' ? [statement.slice(0, 15)] : []),
      )
    expect(supported('FS-01 is not full.', fullDisk)).toEqual(['The disk C of W'])
    expect(supported('C: is not full.', fullDisk, ['Disk', 'D: 1 GB of 480 GB are free'])).toEqual(['The disk D of W'])
    expect(supported('The internet works.', fullDisk)).toEqual(['The disk C of W'])
  })

  it('of a change is not its support, though both are of the same matter', () => {
    const policy: Told = ['Change of 2026-11-18T07:00:00Z', 'Policy for mapped drives replaced']
    const about = (denial: string) => firstOf('Mapped drives are gone', `Since 09:30. ${denial}`, policy)
    expect(about('')?.[0]).toBe('supported')
    expect(about('We did not change the policy.')).toEqual([
      'open',
      expect.stringContaining('But the ticket says “We did not change the policy”'),
    ])
    expect(about('We did not change the wallpaper.')?.[0]).toBe('supported')
  })

  it('is not what it complains of, or asks', () => {
    for (const said of [
      'There is not enough space on the disk.',
      'Nicht genug Platz auf der Festplatte.',
      'The disk is not only full, it is noisy.',
      'Please check whether there is enough disk space.',
      'Cannot save. Is there enough space?',
      'Cannot save, no free disk space.',
      'Saving works only now and then.',
      'Sicherung läuft nicht.',
    ])
      expect(firstOf(said, '', fullDisk)?.[0], said).toBe('supported')
    expect(firstOf('The internet does not work.', '', ...offline)?.[0]).toBe('supported')
    expect(firstOf('The certificate is not valid.', 'Since 09:30.', expired)?.[0]).toBe('supported')
  })

  it('may not be supported by a model either', async () => {
    const input = asked('Disk is not full. VPN does not connect.', '', record('WS-2', 'd', fullDisk))
    const faults = (await judgeOf('proposal-generate', input))({
      timeline: [{ at: '2026-11-18T10:00:00Z', text: 'Opened.', evidence: ['t-2'] }],
      hypotheses: [{ statement: 'The disk is full.', state: 'supported', evidence: ['d-1', 't-1'] }],
      openQuestions: [],
    })
    expect(faults).toEqual([expect.stringContaining('names nothing but facts that the ticket denies')])
  })
})

describe('a disk without space', () => {
  it.each([
    ['not enough space on the disk', 'Since 10:30.'],
    ['Backup fails since 10:30', 'not enough space on the disk'],
  ])('comes before a change that has one word of the ticket: %s', (title, description) => {
    const told = verdicts(
      asked(
        title,
        description,
        record(
          'WS-2',
          'd',
          ['Change of 2026-11-18T08:00:00Z', 'Backup agent updated'],
          ['Disk', 'D: 0.2 GB of 2000 GB are free'],
        ),
      ),
    )
    expect(told[0]).toEqual(['supported', expect.stringContaining('The disk D of WS-2 is full')])
  })
})

describe('a device that does nothing', () => {
  const driver: Told = ['Change of 2026-11-18T08:00:00Z', 'Printer driver updated']
  const printer = (title: string) => record(title, 'p', ['Kind', 'other'], ...offline, driver)
  const desk = record('WS-2', 'w', ['Online', 'yes'])

  it('is off: the ticket that is about it speaks of that, before what was changed on it', () => {
    expect(verdicts(asked('Printer does not print', 'Since 10:40.', printer('PRN-1')))[0]).toEqual([
      'supported',
      'PRN-1 is switched off or cannot be reached. The ticket says “Printer does not print”. It came before the onset: “Since 10:40”.',
    ])
    expect(verdicts(asked('Printer does not print', '', printer('PRINTER-2'), desk))[0]).toEqual([
      'supported',
      expect.stringContaining('The ticket is about Printer and says “Printer does not print”.'),
    ])
    expect(firstOf('WS-2 geht seit heute nicht', '', ...offline)?.[0]).toBe('supported')
  })

  it('is not one that does something wrong, another one, or one of several that could be meant', () => {
    const states = (title: string, ...records: ReturnType<typeof record>[]) =>
      verdicts(asked(title, '', ...records)).map(([state]) => state)
    expect(states('Printer does not print in colour', printer('PRINTER-2'))).not.toContain('supported')
    expect(states('WS-2 does not work', printer('PRN-1'), desk)).not.toContain('supported')
    const other = { ...printer('PRINTER-3'), facts: [{ id: 'q', label: 'Online', text: 'no' }] }
    expect(states('Printer does not print', printer('PRINTER-2'), other)).not.toContain('supported')
  })
})
