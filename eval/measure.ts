// A score: how many of how many were right, the bar that it must reach, and the table of all of them.

export type Measure = {
  readonly feature: string
  readonly name: string
  readonly right: number
  readonly of: number
  /** From 0 to 1; without it the score is told and judged by nobody. */
  readonly bar?: number | undefined
  /** Of what should not happen: the most of it for each, instead of the least. */
  readonly most?: number | undefined
}

/** Nothing measured is not a success. */
export const shareOf = ({ right, of }: Measure): number => (of === 0 ? 0 : right / of)

export const isMet = (measure: Measure): boolean => {
  const { of, bar, most } = measure
  return (bar === undefined || shareOf(measure) >= bar) && (most === undefined || (of > 0 && shareOf(measure) <= most))
}

/** In Markdown, so that it can be copied into the README. */
export const tableOf = (measures: readonly Measure[]): string => {
  const rows = measures.map((measure) => [
    measure.feature,
    measure.name,
    `${measure.right} of ${measure.of}`,
    measure.most === undefined ? percent(shareOf(measure)) : shareOf(measure).toFixed(3),
    barOf(measure),
    isMet(measure) ? '' : 'missed',
  ])
  const all = [['feature', 'measure', 'right', 'share', 'bar', ''], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  const written = (row: readonly string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = all
  return [written(head), written(widths.map((width) => '-'.repeat(width))), ...body.map(written)].join('\n')
}

const barOf = ({ bar, most }: Measure): string => {
  if (most !== undefined) return `at most ${most}`
  return bar === undefined ? '' : `at least ${percent(bar)}`
}

const percent = (share: number): string => `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`
