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
  ])('of %j those are named that do not', (sentence, unsupported) => {
    expect([...unsupportedFigures(sentence, evidence)].toSorted()).toEqual([...unsupported].toSorted())
  })
})
