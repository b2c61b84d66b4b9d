// Which half of a set is used: rules are developed on one, and what is reported comes from the other.

export const parts = ['development', 'held-out'] as const
export type Part = (typeof parts)[number]

/** Every second case, so that both halves have the same mixture. */
export const inPart = <Case>(cases: readonly Case[], part: Part): readonly Case[] =>
  cases.filter((_, index) => index % 2 === parts.indexOf(part))

/** At most `max` of the cases, spread over all of them. */
export const spread = <Case>(cases: readonly Case[], max: number): readonly Case[] =>
  cases.length <= max
    ? cases
    : Array.from({ length: max }, (_, index) => cases[Math.floor((index * cases.length) / max)]).filter(
        (one) => one !== undefined,
      )
