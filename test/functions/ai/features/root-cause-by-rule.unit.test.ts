// The root cause of a ticket without a model: facts beside the ticket are held against what the ticket says, and a model's answer against the same onset.
import { describe, expect, it } from 'vitest'
import { saidTime } from '../../../../functions/ai/features/psa/proposal-generate/causes/said-time.ts'
import { fallback } from '../../../../functions/ai/features/psa/proposal-generate/fallback.ts'
import { settle } from '../../../../functions/ai/features/psa/proposal-generate/settled.ts'
import type { Input } from '../../../../functions/ai/features/psa/proposal-generate/times.ts'
import { judgeOf } from '../../../../eval/judge.ts'
import type { EffectiveSettings } from '../../../../shared/tenants/tenant-settings.ts'
import { samples } from './feature-samples.ts'
import { type Told, asked, record, verdicts } from './root-cause-asked.ts'

const change = (at: string, text: string): Told => [`Change of ${at}`, text]

describe('the root cause of a ticket by rule', () => {
  it('says what the facts speak for and against, in words of the ticket, and asks for what could not be read', () => {
    const answer = fallback(samples['proposal-generate'] as unknown as Input)
    expect(answer).toMatchObject({
      timeline: [
        {
          at: '2026-11-27T08:50:00Z',
          text: 'Onset: the ticket says “began at 08:50 UTC”.',
          evidence: ['onset', 'ticket.description', 'ticket.opened'],
        },
        { at: '2026-11-27T09:10:00Z', evidence: ['ticket.opened'] },
        { at: '2026-11-27T09:20:00Z', text: expect.stringContaining('after the backup') as string },
      ],
      hypotheses: [
        {
          state: 'supported',
          statement:
            'The disk D of FS-02 is full, or nearly so. The ticket is about FS-02 and says “Nobody can save files on FS-02”.',
          evidence: ['rmm-device-1.disk-1', 'ticket.title'],
        },
        { state: 'open', evidence: ['rmm-device-1.patches'] },
        { state: 'contradicted', evidence: ['rmm-device-1.online', 'ticket.title'] },
      ],
    })
    expect(JSON.stringify(answer)).toContain('CMDB asset fs-02 say? It could not be read')
  })

  it.each([
    ['C: 21.4 GB of 480 GB are free', 'supported'],
    ['C: 300 GB of 480 GB are free', 'contradicted'],
    ['C: 72 GB of 480 GB are free', undefined],
    ['C: 0 GB of 0 GB are free', undefined],
  ])('judges a disk by what is free: %s', (text, state) => {
    const states = verdicts(asked('Cannot save files on FS-02', '', record('FS-02', 'd', ['Disk', text])))
    expect(states.map(([one]) => one)).toEqual(state === undefined ? [] : [state])
  })

  it('supports a change only before the onset, and contradicts it after', () => {
    const at = (moment: string) =>
      verdicts(
        asked(
          'Mapped drives are gone on FS-02',
          'Since 09:30 nobody has a drive.',
          record('FS-02', 'd', change(moment, 'Policy for mapped drives replaced')),
        ),
      )
    expect(at('2026-11-18T07:00:00Z')).toEqual([
      [
        'supported',
        'A change of FS-02 is the cause: Policy for mapped drives replaced. The ticket is about FS-02 and says “Mapped”. It came at 2026-11-18T07:00:00Z, before the onset: “Since 09:30 nobody has a drive”.',
      ],
    ])
    expect(at('2026-11-18T08:31:00Z')[0]).toEqual(['open', expect.stringContaining('Whether it came before the onset')])
    expect(at('2026-11-18T09:15:00Z')[0]).toEqual([
      'contradicted',
      expect.stringContaining('after the onset: “Since 09:30'),
    ])
    expect(at('2026-09-18T07:00:00Z')[0]).toEqual(['open', expect.stringContaining('so long before')])
  })

  it('leaves open what is of another device, what the ticket does not speak of, and whose device nobody can tell', () => {
    const full: Told = ['Disk', 'D: 1 GB of 960 GB are free']
    expect(verdicts(asked('Cannot save files on FS-02', '', record('FS-01', 'd', full)))).toEqual([
      ['open', 'The disk D of FS-01 is full, or nearly so. But the ticket is about FS-02, not about FS-01.'],
    ])
    expect(verdicts(asked('Colours are wrong on FS-02', '', record('FS-02', 'd', full)))[0]).toEqual([
      'open',
      'The disk D of FS-02 is full, or nearly so. Nothing in the ticket speaks of it.',
    ])
    const several = asked('Cannot save files', '', record('FS-01', 'd', full), record('FS-02', 'e', ['Online', 'yes']))
    expect(verdicts(several)[0]).toEqual(['open', expect.stringContaining('Which of the devices it is about')])
  })

  it('supports what belongs to the device that the ticket names', () => {
    const states = verdicts(
      asked(
        'APP-07 does not respond',
        'It went down at 10:30.',
        record('APP-07', 'a', ['Relation', 'runs on HV-01']),
        record('HV-01', 'h', ['Online', 'no'], ['Last seen', '2026-11-18T09:28:00Z']),
      ),
    )
    expect(states[0]).toEqual(['supported', expect.stringContaining('It belongs to APP-07, which the ticket is about')])
  })

  it('takes an error code or the id of an update that both name for more than kinds of trouble', () => {
    const update = change('2026-11-17T20:00:00Z', 'KB5068861 installed')
    const about = (text: string) => verdicts(asked(text, '', record('TS-01', 'd', update)))
    expect(about('Scales fail since KB5068861')[0]).toEqual(['supported', expect.stringContaining('names KB5068861')])
    expect(about('Scales fail since 17 November 22:00, KB5068861?')[0]?.[0]).toBe('supported')
    expect(about('Scales fail')[0]?.[0]).toBe('open')
  })

  it('asks of which time zone a clock is when the organization has set none, and supports nothing by it', () => {
    const input = asked(
      'Mapped drives are gone on FS-02',
      'Since 09:30.',
      record('FS-02', 'd', change('2026-11-18T08:00:00Z', 'Policy for mapped drives replaced')),
    )
    const answer = fallback({ ...input, timeZone: 'UTC' })
    expect(answer.hypotheses[0]?.state).toBe('open')
    expect(JSON.stringify(answer.openQuestions)).toContain('In which time zone is “Since 09:30” meant?')
    const settings = { timeZone: 'Europe/Vienna' } as EffectiveSettings
    const { timeZone: _, ...unsaid } = input
    expect([settle(unsaid, settings).timeZone, settle(input, settings).timeZone]).toEqual([
      'Europe/Vienna',
      'Europe/Berlin',
    ])
  })

  it('takes the time of a detection that the ticket names for when it began, and asks for no other', () => {
    const input = asked('Odd process on LT-31', 'Detected at: 2026-11-18T09:50:00.123Z', record('LT-31', 'd'))
    const { timeline, openQuestions } = fallback(input)
    expect(timeline[0]).toMatchObject({ at: '2026-11-18T09:50:00.123Z', evidence: ['onset', 't-3', 't-2'] })
    expect(JSON.stringify(openQuestions)).not.toContain('Since when')
  })

  it('asks for the day alone, where the ticket says a clock time and nobody knows when it was opened', () => {
    const input = asked('Files are encrypted', 'Encrypted since 08:00.', record('LT-31', 'd'))
    const facts = input.ticket.facts.filter(({ label }) => label !== 'Opened')
    const { openQuestions } = fallback({ ...input, ticket: { ...input.ticket, facts } })
    expect(openQuestions.map(({ question }) => question)).toContain(
      'Of which day is “since 08:00” said? Nothing tells when the ticket was opened.',
    )
  })

  it('asks what was changed shortly before, unless it has read a change of then', () => {
    const asks = (at: string, title = 'FS-02') =>
      JSON.stringify(
        fallback(asked('Sums are wrong on FS-02', 'Since 09:30.', record(title, 'd', change(at, 'Fan replaced'))))
          .openQuestions,
      ).includes('What was changed shortly before')
    expect(asks('2026-11-18T07:00:00Z')).toBe(false)
    expect(asks('2026-11-10T07:00:00Z')).toBe(true)
    expect(asks('2026-11-18T09:30:00Z')).toBe(true)
    expect(asks('2026-11-18T07:00:00Z', 'FS-01')).toBe(true)
  })

  it('says that nothing explains it, where no fact does', () => {
    const { hypotheses, openQuestions } = fallback(
      asked('Keys stick on LT-31', '', record('LT-31', 'd', ['Online', 'yes'])),
    )
    expect(hypotheses.map(({ state }) => state)).toEqual(['contradicted'])
    expect(openQuestions[0]?.question).toContain('Nothing that was read explains “Keys stick on LT-31”')
  })
})

describe('a time that somebody says', () => {
  /** A Friday, 11:30 in Berlin. */
  const wrote = Date.parse('2026-11-27T10:30:00Z')
  const read = (text: string, timeZone = 'Europe/Berlin') => {
    const span = saidTime(text, wrote, { timeZone, isUncertain: false })
    return span && [span.earliest, span.latest].map((moment) => new Date(moment).toISOString().slice(5, 16))
  }

  it.each([
    ['since 09:10', '11-27T08:00', '11-27T08:20'],
    ['since 9:10 UTC', '11-27T09:00', '11-27T09:20'],
    ['since 9 am', '11-27T07:30', '11-27T08:30'],
    ['at 11:45', '11-26T10:35', '11-26T10:55'],
    ['since 14:30 yesterday', '11-26T13:20', '11-26T13:40'],
    ['since this morning', '11-27T04:00', '11-27T11:00'],
    ['since last night', '11-26T17:00', '11-27T07:00'],
    ['über Nacht', '11-26T17:00', '11-27T07:00'],
    ['since Monday', '11-22T23:00', '11-23T23:00'],
    ['two hours ago', '11-27T08:00', '11-27T09:00'],
    ['vor 30 Minuten', '11-27T09:54', '11-27T10:06'],
    ['seit 9.15 Uhr', '11-27T08:05', '11-27T08:25'],
    ['seit gestern Nachmittag', '11-26T11:00', '11-26T17:00'],
    ['since 26 November, 14:05', '11-26T12:55', '11-26T13:15'],
    ['since 26.11. um 7:45 Uhr', '11-26T06:35', '11-26T06:55'],
    ['seit dem 26.11. geht nichts', '11-25T23:00', '11-26T23:00'],
    ['since Sept. 5th', '09-04T22:00', '09-05T22:00'],
    ['Since this morning maybe 10 users cannot log in', '11-27T04:00', '11-27T11:00'],
    ['since yesterday 5 marketing people', '11-25T23:00', '11-26T23:00'],
    ['since 2026-11-27T08:00:00Z', '11-27T07:59', '11-27T08:01'],
    ['since 31 December', '12-30T23:00', '12-31T23:00'],
  ])('is read from when it was written: %s', (text, earliest, latest) => {
    expect(read(text)).toEqual([earliest, latest])
  })

  it('is none in a version, an address or a number', () => {
    for (const text of [
      'Since the update to 11.2.',
      'decommissioned 2 servers',
      'since version 16.43',
      'since 10.2.3',
      'from 10.0.0.1',
      'since 3 printers',
      'at http://a/9:10',
    ])
      expect(read(text)).toBeUndefined()
  })
})

describe('the check of a report that a model wrote', () => {
  it('refuses a cause that came after the onset, also when the ticket is named beside it', async () => {
    const input = asked(
      'Mapped drives are gone on FS-02',
      'Since 09:30.',
      record('FS-02', 'd', change('2026-11-18T09:15:00Z', 'Policy replaced'), ['Disk', 'D: 1 GB of 960 GB are free']),
    )
    const judge = await judgeOf('proposal-generate', input)
    const report = (evidence: readonly string[]) =>
      judge({
        timeline: [{ at: '2026-11-18T08:30:00Z', text: 'It began.', evidence: ['onset'] }],
        hypotheses: [{ statement: 'The policy did it.', state: 'supported', evidence }],
        openQuestions: [],
      })
    expect(report(['d-1', 't-1', 'onset'])).toEqual([
      expect.stringMatching(/^hypotheses\.0\.evidence names nothing but changes/),
    ])
    expect(report(['d-1', 'd-2'])).toEqual([])
    expect(report(['t-1', 'onset'])).toEqual([expect.stringMatching(/must name a fact beside the ticket/)])
  })

  it('refuses a time line out of its order', async () => {
    const times = ['2026-11-18T07:15:00Z', '2026-11-18T08:05:00Z'] as const
    const input = asked(
      'Mapped drives are gone on FS-02',
      'No drive is there.',
      record('FS-02', 'd', ...times.map((at) => change(at, 'Policy replaced'))),
    )
    const judge = await judgeOf('proposal-generate', input)
    const line = (...entries: readonly (readonly [at: string, id: string])[]) =>
      judge({
        timeline: entries.map(([at, id]) => ({ at, text: 'A policy was replaced.', evidence: [id] })),
        hypotheses: [{ statement: 'A policy did it.', state: 'open', evidence: ['d-1'] }],
        openQuestions: [],
      })
    expect(line([times[0], 'd-1'], [times[1], 'd-2'])).toEqual([])
    expect(line([times[1], 'd-2'], [times[0], 'd-1'])).toEqual([
      expect.stringMatching(/^timeline\.1 comes before the one above it/),
    ])
  })

  it('refuses one that leaves out what is there: hypotheses, times, the onset, what could not be read', async () => {
    const empty = { timeline: [], hypotheses: [], openQuestions: [] }
    const full = record('FS-02', 'd', ['Disk', 'D: 1 GB of 960 GB are free'])
    const input = {
      ...asked('Cannot save on FS-02', 'Since 09:30.', full),
      unread: [{ name: 'CMDB asset', reason: 'away' }],
    }
    const judge = await judgeOf('proposal-generate', input)
    expect(judge(empty)).toEqual([
      'hypotheses is empty. Say what these facts speak for or against: d-1',
      'timeline is empty. These facts have times: t-2',
      'openQuestions asks nothing of what could not be read. Ask for it, with unread as its evidence',
    ])
    expect(
      judge({ ...fallback(input), timeline: [{ at: '2026-11-18T10:00:00Z', text: 'Opened.', evidence: ['t-2'] }] }),
    ).toEqual(['timeline lacks the onset, which the ticket says. Add it, with onset as its evidence'])
    expect(judge(fallback(input))).toEqual([])
    const bare = { ticket: record('Odd', 't', ['Title', 'Odd']), records: [], unread: [] }
    expect((await judgeOf('proposal-generate', bare))(empty)).toEqual([])
  })
})
