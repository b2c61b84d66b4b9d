// How large each Function App may be: at most a tenth more than what somebody has accepted in build/size-budget.json.
import type { Bundle, Content } from './bundle.ts'
import { partOf } from './module-origin.ts'

/** In kilobytes (1,024 bytes), so that small changes leave the file as it is. */
type Size = {
  readonly kilobytes: number
  /** Packages and parts of the project, where they are large enough to be worth a line. */
  readonly parts: Readonly<Record<string, number>>
}

export type AppSizes = {
  /** What is read before the first call. */
  readonly atStart: Size
  readonly whole: Size
}

/** By the name of the app. */
export type Sizes = Readonly<Record<string, AppSizes>>

const growthMax = 0.1

const partKilobytesMin = 8

export const sizesOf = ({ whole, atStart }: Bundle): AppSizes => ({ atStart: sizeOf(atStart), whole: sizeOf(whole) })

const sizeOf = ({ bytes, modules }: Content): Size => {
  const parts = new Map<string, number>()
  for (const [module, size] of Object.entries(modules)) {
    const part = partOf(module)
    parts.set(part, (parts.get(part) ?? 0) + size)
  }
  const large = [...parts]
    .map(([part, size]) => [part, kilobytes(size)] as const)
    .filter(([, size]) => size >= partKilobytesMin)
  return {
    kilobytes: kilobytes(bytes),
    parts: Object.fromEntries(large.sort(([one], [other]) => (one < other ? -1 : 1))),
  }
}

const kilobytes = (bytes: number): number => Math.round(bytes / 1_024)

export const acceptCommand = 'npm run build -- --accept-sizes'

/** What is too large, or not in the budget; empty when all is well. */
export const budgetProblems = (sizes: Sizes, budget: Sizes): readonly string[] => [
  ...Object.entries(sizes).flatMap(([app, size]) => {
    const accepted = budget[app]
    return accepted === undefined
      ? [`${app} has no budget.`]
      : [
          ...growth(`${app} as a whole`, size.whole, accepted.whole),
          ...growth(`${app} at start`, size.atStart, accepted.atStart),
        ]
  }),
  ...Object.keys(budget)
    .filter((app) => !(app in sizes))
    .map((app) => `${app} has a budget, but is not built.`),
]

const growth = (what: string, now: Size, accepted: Size): readonly string[] =>
  now.kilobytes <= accepted.kilobytes * (1 + growthMax)
    ? []
    : [
        `${what} is ${now.kilobytes} KB, ${percent(now.kilobytes / accepted.kilobytes - 1)} more than the ${accepted.kilobytes} KB of the budget. What has grown: ${grown(now, accepted)}.`,
      ]

const percent = (share: number): string => `${Math.round(share * 100)} %`

const grownMax = 5

const grown = (now: Size, accepted: Size): string => {
  const found = Object.entries(now.parts)
    .map(([part, size]) => ({ part, more: size - (accepted.parts[part] ?? 0), isNew: !(part in accepted.parts) }))
    .filter(({ more }) => more > 0)
    .sort((one, other) => other.more - one.more)
  return found.length === 0
    ? `many parts of less than ${partKilobytesMin} KB`
    : found
        .slice(0, grownMax)
        .map(({ part, more, isNew }) => `${part} by ${more} KB${isNew ? ' (new)' : ''}`)
        .join(', ')
}

/** Where a budget leaves room that nobody has asked for. */
export const spareBudgets = (sizes: Sizes, budget: Sizes): readonly string[] =>
  Object.entries(sizes).flatMap(([app, { whole }]) => {
    const accepted = budget[app]?.whole.kilobytes ?? 0
    return whole.kilobytes < accepted * (1 - growthMax) ? [`${app}: ${whole.kilobytes} of ${accepted} KB`] : []
  })
