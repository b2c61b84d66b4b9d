import { describe, expect, it } from 'vitest'
import { checkCitations, unsupportedFigures } from '../../../../shared/ai/safety/citations.ts'

describe('citations', () => {
  it('are supported by the ids that were given, letter by letter', () => {
    expect(checkCitations(['t-1', 'T-1', 't-2', 't-1'], new Set(['t-1', 't-3']))).toEqual({
      supported: ['t-1'],
      unsupported: ['T-1', 't-2'],
    })
  })
})

describe('figures', () => {
  const evidence = [
    'At 2026-11-28T21:30:00Z PRINT01 (10.0.0.5) wrote 1,204 errors of 0x80040115 to C:\\Logs\\spool.log; 99.50 % full.',
    'mx1.contoso.example, see https://kb.contoso.example/a?id=7. Ticket T-4711 from mia@contoso.example on 28.11.2026.',
  ]

  it.each([
    'PRINT01 had 1204 errors (0x80040115) at 2026-11-28T21:30:00Z.',
    'print01 is 99.5 % full, see C:\\Logs\\spool.log.',
    'mx1[.]contoso[.]example in T-4711 of 28.11.2026, https://kb.contoso.example/a?id=7',
    'Nothing here has a figure.',
  ])('of %j all stand in the evidence', (sentence) => {
    expect(unsupportedFigures(sentence, evidence)).toEqual([])
  })

  it.each([
    ['PRINT02 had 120 errors', ['PRINT02', '120']],
    ['at 21:31 on 2026-11-29', ['21:31', '2026-11-29']],
    ['mx2.contoso.example and 10.0.0.6', ['mx2.contoso.example', '10.0.0.6']],
    ['C:\\Logs\\other.log and T-4712', ['C:\\Logs\\other.log', 'T-4712']],
    ['https://kb.contoso.example/a?id=8', ['https://kb.contoso.example/a?id=8']],
    ['204 errors, 5 hosts', ['204', '5']],
    ['eve@contoso.example', ['eve@contoso.example']],
    ['４２ errors, 𝟰𝟯 and ⁴⁶', ['42', '43', '46']],
    ['٤٢ errors and ४३', ['42', '43']],
    ['⑫ errors, 〧', ['12', '〧']],
    ['a dozen errors', ['a dozen']],
  ])('of %j those are named that do not', (sentence, unsupported) => {
    expect([...unsupportedFigures(sentence, evidence)].toSorted()).toEqual([...unsupported].toSorted())
  })

  const sums = ['EUR 12.50 more, CHF -3.00 back, 93 % full, 7 people, $20.']

  it.each([
    '12.50 more',
    'EUR 12.50',
    '12.50 €',
    'euros: 12.50 euros',
    '-3 CHF',
    'CHF 3.00',
    '93 percent',
    '7 %',
    'USD 20',
  ])('of %j do not contradict the evidence in sign, currency and share', (sentence) => {
    expect(unsupportedFigures(sentence, sums)).toEqual([])
  })

  it.each(['USD 12.50', '$12.50', '12.50 %', '-12.50', 'EUR -12.50', '-EUR 12.50', '\u221212.50', 'EUR 93', '€20'])(
    'of %j contradict the evidence in sign, currency or share',
    (sentence) => {
      expect(unsupportedFigures(sentence, sums)).toHaveLength(1)
    },
  )

  it('in one dollar are none in another, and may be told as dollars', () => {
    const dollars = ['The invoice is over USD 30 and CAD 40.']
    expect(unsupportedFigures('$30, 40 dollars', dollars)).toEqual([])
    expect(unsupportedFigures('CAD 30, AUD 30, USD 40', dollars)).toHaveLength(3)
  })

  const times = ['At 2026-11-01T10:00:00Z. At 2026-11-01T22:15:00+01:00. They meet at 14:30, and call at 5 pm.']

  it.each([
    '10:00',
    '10:00 UTC',
    '10:00 AM',
    '10:00 in GMT',
    '22:15 CET',
    '10:15 p.m.',
    '2:30 PM',
    '14:30 CET',
    '17:00',
    '5 PM',
  ])('of the time %j do not contradict the evidence', (sentence) => {
    expect(unsupportedFigures(sentence, times)).toEqual([])
  })

  it.each(['10:00 PM', '10:00 CET', '10:00 PM in CET', '22:15 AM', '5 am'])(
    'of the time %j contradict the evidence in half of the day or zone',
    (sentence) => {
      expect(unsupportedFigures(sentence, times)).toHaveLength(1)
    },
  )
})
