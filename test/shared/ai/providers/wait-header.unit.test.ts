import { describe, expect, it } from 'vitest'
import { waitOf } from '../../../../shared/ai/providers/wait-header.ts'

const now = Date.parse('2026-11-28T21:00:00Z')

describe('how long a provider asks to be left alone', () => {
  it.each<[string, Record<string, string>, number | undefined]>([
    ['milliseconds', { 'retry-after-ms': '1500' }, 1_500],
    ['milliseconds before seconds', { 'retry-after-ms': '1500', 'retry-after': '2' }, 1_500],
    ['seconds when the milliseconds make no sense', { 'retry-after-ms': 'soon', 'retry-after': '2' }, 2_000],
    ['zero', { 'retry-after': '0' }, 0],
    ['a date', { 'retry-after': 'Sat, 28 Nov 2026 21:00:30 GMT' }, 30_000],
    ['a date that is over', { 'retry-after': 'Sat, 28 Nov 2026 20:00:00 GMT' }, 0],
    ['an absurd time', { 'retry-after': '99999999' }, 86_400_000],
    ['a negative time', { 'retry-after': '-5' }, undefined],
    [
      'the reset of what is used up',
      { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s' },
      360_000,
    ],
    ['milliseconds of a reset', { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '120ms' }, 120],
    [
      'the longest of two resets',
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '1.5s',
      },
      1_500,
    ],
    [
      'no reset of what is not used up',
      { 'x-ratelimit-remaining-tokens': '10', 'x-ratelimit-reset-tokens': '6m0s' },
      undefined,
    ],
    [
      'no reset of what is unknown',
      { 'x-ratelimit-remaining-tokens': '-1', 'x-ratelimit-reset-tokens': '0' },
      undefined,
    ],
    [
      'the time of a reset',
      {
        'anthropic-ratelimit-input-tokens-remaining': '0',
        'anthropic-ratelimit-input-tokens-reset': '2026-11-28T21:00:12Z',
      },
      12_000,
    ],
    ['nothing', {}, undefined],
  ])('is read from %s', (_, headers, expected) => {
    expect(waitOf(new Headers(headers), now)).toBe(expected)
  })
})
