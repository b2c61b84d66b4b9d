// A mixture of what models do: most obey, some fail before or in the middle of an answer, some write what does not fit, some tell all they were told.
import type { SeededRandom } from '../../../support/seeded-random.ts'
import type { Ordered } from '../../../local/models/model-control.ts'

const obeys = 'orders' as const
/** Frames that cut words in two. */
export const plain: Ordered = { obeys, charactersPerToken: 13 }

const faults: readonly [Ordered, ...Ordered[]] = [
  { fault: 'status', status: 503 },
  { fault: 'status', status: 429, headers: { 'retry-after-ms': '20' } },
  { fault: 'html', status: 502 },
  { obeys, fault: 'cut', at: 1 },
  { obeys, fault: 'reset', at: 2 },
  { obeys, fault: 'error', at: 1 },
  { obeys, fault: 'malformed', at: 1 },
  { obeys, fault: 'late-filter' },
  { obeys, fault: 'answer-filtered', at: 2 },
  { fault: 'prompt-filtered' },
  { fault: 'declined' },
  { text: '{"summary":1}' },
  { text: 'I cannot write JSON.' },
  { obeys: 'prompt' },
  { obeys: 'question' },
]

/** Slow ones are there to be left, and to be killed in the middle. */
const paces: readonly [Ordered, ...Ordered[]] = [
  { obeys, charactersPerToken: 2, tokensPerSecond: 1_000 },
  { obeys, firstByteMs: 60 },
  { obeys, charactersPerToken: 7, bytewise: true },
  { obeys, pings: true, crlf: true },
]

export const mixedBehaviours = (random: SeededRandom, count: number): readonly Ordered[] =>
  Array.from({ length: count }, () => {
    const share = random.fraction()
    if (share < 0.15) return random.pick(faults)
    return share < 0.25 ? random.pick(paces) : plain
  })
