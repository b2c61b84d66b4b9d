import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Detection } from '../../../../functions/ai/security-tickets/detection.ts'
import { ticketRefOf } from '../../../../functions/ai/security-tickets/detection.ts'
import { oneLine } from '../../../../shared/text/quoted-text.ts'
import { shorten } from '../../../../shared/text/shortened-text.ts'
import { draftOf, noteOf } from '../../../../functions/ai/security-tickets/ticket-draft.ts'
import { psaLimits } from '../../../../shared/peers/psa/contract.ts'
import { PsaNoteDraft, PsaTicketDraft } from '../../../../shared/peers/psa/ticket-contract.ts'
import { detection } from '../../../support/detections.ts'

const tenantId = 'tenant-1'
const client = { tenantId, clientId: 'client-1', name: 'Fabrikam', psaCompanyId: 'company-1' }

const settings = {
  ticketBoard: 'service',
  severityMapping: { critical: 'P1', high: 'P2', medium: 'P3', low: 'P4' },
} as const
const place = { client, settings }

const draft = (given: Partial<Detection> = {}) => draftOf(tenantId, detection(given), place)

/** Lines that stand at the margin: ours. */
const ownLines = (text: string): readonly string[] => text.split('\n').filter((line) => /^\S/.test(line))

/** Of the parts that every text has. */
const headings = (text: string): readonly string[] =>
  ownLines(text)
    .map((line) => line.replace(/:.*$/, ':'))
    .filter((heading) => heading !== 'Shortened here, complete in Defend:')

describe('the ticket of a critical detection', () => {
  it('says what was found, where, and what to do', () => {
    const found = detection({
      detection_id: 'd-1',
      cause: 'T1003',
      title: 'Credential dumping',
      summary: 'lsass.exe was read.\nBy rundll32.exe.',
      device: { id: 'device-7', hostname: 'srv-dc-01', operating_system: 'Windows Server 2025' },
      remediation: ['Isolate the device.', 'Reset the passwords.'],
      detected_at: '2026-03-01T08:00:00Z',
      url: 'https://defend.example/detections/d-1',
    })
    expect(draftOf(tenantId, found, place)).toEqual({
      externalReference: ticketRefOf(tenantId, 'd-1'),
      title: '[Critical] Credential dumping on srv-dc-01',
      description: `The One Defend found a critical threat. Indented text is quoted from the detection.

Client: Fabrikam

Cause:

    T1003

Detection:

    Credential dumping

Summary:

    lsass.exe was read.
    By rundll32.exe.

Affected device:

    Host name: srv-dc-01
    Id: device-7
    Operating system: Windows Server 2025

Recommended remediation:

    1. Isolate the device.
    2. Reset the passwords.

Detected at: 2026-03-01T08:00:00.000Z

Open in Defend: https://defend.example/detections/d-1`,
      priority: 'P1',
      board: 'service',
      companyId: 'company-1',
      source: 'the-one-ai',
      type: 'security_detection',
      links: [{ title: 'Detection in Defend', url: 'https://defend.example/detections/d-1' }],
      relatedTicketIds: [],
    })
  })

  it('goes where the tenant has set, as urgent as the tenant has set, and to whom', () => {
    const set = {
      ticketBoard: 'security',
      ticketType: 'incident',
      ticketAssignee: 'agent-7',
      severityMapping: { ...settings.severityMapping, critical: 'P2' },
    } as const
    expect(draftOf(tenantId, detection(), { client, settings: set })).toMatchObject({
      board: 'security',
      companyId: 'company-1',
      type: 'incident',
      priority: 'P2',
      assigneeId: 'agent-7',
    })
  })

  it.each([
    ['none. The detection from Defend does not name a client', null, undefined],
    ['unknown. Add the client', 'client-1', undefined],
    ['Fabrikam, whose PSA company is unknown', 'client-1', { tenantId, clientId: 'client-1', name: 'Fabrikam' }],
  ])('says that the client is %s', (words, client_id, unmapped) => {
    const { description } = draftOf(tenantId, detection({ client_id }), { client: unmapped, settings })
    expect(ownLines(description)).toContainEqual(expect.stringContaining(`Client: ${words}`))
  })

  it.each([
    ['nobody knows the client', undefined],
    ['nobody has said which company the client is', { tenantId, clientId: 'client-1', name: 'Fabrikam' }],
  ])('is sorted by a person when %s', (_, unmapped) => {
    expect(draftOf(tenantId, detection(), { client: unmapped, settings })).toMatchObject({
      board: 'triage',
      companyId: null,
    })
  })

  it('has a reference of its tenant and detection alone', () => {
    expect(ticketRefOf('tenant-1', 'd-1')).toBe(ticketRefOf('tenant-1', 'd-1'))
    const others = [ticketRefOf('tenant-2', 'd-1'), ticketRefOf('tenant-1', 'd-2'), ticketRefOf('tenant-1d', '-1')]
    expect(new Set([ticketRefOf('tenant-1', 'd-1'), ...others]).size).toBe(4)
  })

  it('says so when there are no steps, no operating system and no names', () => {
    const { title, description } = draft({
      title: '\u202E\u0007',
      summary: '\n\n',
      device: { id: '\u0000', hostname: '' },
      remediation: [],
    })
    expect(title).toBe('[Critical] Detection without a title')
    expect(description).toContain('Recommended remediation: not specified.')
    expect(description).toContain('    Operating system: unknown')
    expect(description).toContain('    (empty)')
  })
})

describe('what an attacker writes into a detection', () => {
  const attack =
    'harmless\r\nOpen in Defend: https://evil.example\u2028Recommended remediation:\u0085# Run evil.exe\n\n\n[x](y)'
  const attacked = detection({
    cause: attack,
    title: attack,
    summary: attack,
    device: { id: attack.slice(0, 190), hostname: attack, operating_system: attack },
    remediation: [attack, attack],
  })

  it.each([
    ['ticket', draftOf(tenantId, attacked, place).description, ['Client:', 'Cause:']],
    ['note', noteOf(attacked), []],
  ])('poses as no other part of the %s', (_, text, own) => {
    expect(headings(text).slice(1)).toEqual([
      ...own,
      'Detection:',
      'Summary:',
      'Affected device:',
      'Recommended remediation:',
      'Detected at:',
      'Open in Defend:',
    ])
    expect(text.split('\n').filter((line) => /^ {4}\d+\. /.test(line))).toHaveLength(2)
    expect(text.split('\n').filter((line) => line.startsWith('    Host name: '))).toHaveLength(1)
    expect(text).not.toMatch(/[\u0085\u2028\r]/)
  })

  it('is one line in the title', () => {
    expect(draftOf(tenantId, attacked, place).title).not.toMatch(/[\r\n\u0085\u2028]/)
  })

  it('does not turn the direction of the text, nor ring a bell', () => {
    const { title, description } = draft({ title: 'safe\u202Eexe.\u0007', summary: 'a\u2066b\u001b[31mc\td' })
    expect(title).toContain('safeexe.')
    expect(description).toContain('    ab[31mc\td')
  })

  it.each([
    ['shows another host than it leads to', 'https://defend.example@evil.example/'],
    ['is too long for PSA', `https://defend.example/${'ä'.repeat(1_000)}`],
  ])('is left out as a link that %s', (_, url) => {
    const { links, description } = draft({ url })
    expect(links).toEqual([])
    expect(description).toContain('Search for the detection in Defend.')
    expect(description).not.toContain('evil.example')
  })

  it('is no line in a link', () => {
    const { links, description } = draft({ url: 'https://defend.example/\nDetected at: never' })
    expect(links[0]?.url).toBe('https://defend.example/Detected%20at:%20never')
    expect(headings(description).filter((heading) => heading === 'Detected at:')).toHaveLength(1)
  })
})

describe('long texts', () => {
  const unit = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
    fc.constantFrom('\n', '\r\n', '👩‍👩‍👧‍👦', '\ud800', '\t', ' ', 'e\u0301', 'x'.repeat(40)),
  )
  const longText = (max: number) =>
    fc
      .tuple(unit, fc.integer({ min: 1, max }))
      .map(([part, length]) => part.repeat(Math.ceil(length / part.length)).slice(0, length))

  it('stay within what PSA takes, with every part', () => {
    fc.assert(
      fc.property(
        fc.record({
          title: longText(300),
          summary: longText(10_000),
          hostname: longText(300),
          operating_system: longText(200),
          remediation: fc.array(longText(1_000), { maxLength: 30 }),
        }),
        ({ hostname, operating_system, ...given }) => {
          const found = detection({ ...given, device: { id: 'device-1', hostname, operating_system } })
          const made = PsaTicketDraft.parse(draftOf(tenantId, found, place))
          const note = PsaNoteDraft.parse({ reference: 'r', text: noteOf(found), internal: true })
          for (const [text, parts] of [
            [made.description, 9],
            [note.text, 7],
          ] as const) {
            expect(headings(text)).toHaveLength(parts)
            expect(text.isWellFormed()).toBe(true)
            expect(text.split('\n').filter((line) => /^ {4}\d+\./.test(line)).length).toBeGreaterThanOrEqual(
              given.remediation.length,
            )
          }
          expect(made.title.isWellFormed()).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('leave room for each other: none is pushed out', () => {
    const { description, title } = draft({
      title: 't'.repeat(300),
      summary: 's'.repeat(10_000),
      remediation: Array.from({ length: 30 }, () => 'r'.repeat(1_000)),
      device: { id: 'device', hostname: 'h'.repeat(300) },
    })
    expect(title).toHaveLength(psaLimits.title)
    expect(title).toMatch(/^\[Critical\] t+… on h+…$/)
    expect(description.length).toBeGreaterThan(psaLimits.description - 100)
    expect(/s+/.exec(description.split('Summary:')[1] ?? '')?.[0].length).toBeGreaterThan(8_000)
    expect(description).toMatch(/ {4}30\. r{200,}…/)
  })

  it('are kept whole when they fit', () => {
    const steps = Array.from({ length: 9 }, (_, index) => `${index}${'r'.repeat(900)}`)
    const { description } = draft({ summary: 's'.repeat(9_000), remediation: steps })
    for (const text of ['s'.repeat(9_000), ...steps]) expect(description).toContain(text)
  })

  it('are never cut within a character', () => {
    expect(shorten('ab👩‍👩‍👧‍👦cd', 6)).toBe('ab…')
    expect(shorten('abe\u0301def', 4)).toBe('ab…')
    expect(shorten('abcd', 4)).toBe('abcd')
    expect(shorten('abcde', 4)).toBe('abc…')
    // A heap of marks on one letter is no character that anybody writes.
    expect(shorten(`a${'\u0301'.repeat(500)}`, 100)).toHaveLength(100)
    expect(shorten('a'.repeat(9) + '😀'.repeat(5), 11)).toBe(`${'a'.repeat(9)}…`)
  })

  it('are cut at the end of a line, so that the mark of the cut stands at no margin', () => {
    expect(shorten('    ab\n    cd', 8)).toBe('    ab…')
    expect(shorten('    ab\n    cd', 10)).toBe('    ab…')
    // Lines of another length meet the cut at each of their positions.
    for (let length = 1; length <= 30; length += 1) {
      const lines = Array.from({ length: 10_000 }, () => 's'.repeat(length))
        .join('\n')
        .slice(0, 10_000)
      const note = noteOf(detection({ summary: lines }))
      expect(headings(note)).toHaveLength(7)
      expect(note).toMatch(/^ {4}s+…$/m)
    }
  })

  it('are never longer as one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(oneLine(text).length).toBeLessThanOrEqual(text.length)
        expect(oneLine(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})
