// What a benchmark gives: figures beside the floor that was measured in the same run, and the table of them.

export type Unit = 'ms' | 's' | 'KiB' | 'MiB' | 'requests/s' | 'messages/s' | 'tenants/s' | 'records/s' | 'events/s'

/** Of time and memory less is better, of rates more. */
const isCost = (unit: Unit): boolean => unit === 'ms' || unit === 's' || unit === 'KiB' || unit === 'MiB'

export type Measurement = {
  readonly name: string
  readonly figure: number
  readonly unit: Unit
  /** The same figure of the least that could do the work. */
  readonly floor: { readonly name: string; readonly figure: number }
  /** Most times the cost of the floor that it may have. Absent: shown for what it is. */
  readonly goal?: number
  /** Most that the figure of a time or of memory may be, in its unit, whatever the floor is. */
  readonly most?: number
  /** Least that the figure of a rate may be, in its unit. */
  readonly least?: number
  /** What the figure is made of, for results.json. */
  readonly details?: Readonly<Record<string, number>>
}

/** How many times the cost of the floor: 1 is as good as it gets. */
export const ratioOf = ({ figure, floor, unit }: Measurement): number =>
  isCost(unit) ? figure / floor.figure : floor.figure / figure

export const isMet = (measurement: Measurement): boolean | undefined => {
  const { figure, goal, most, least } = measurement
  if (goal === undefined && most === undefined && least === undefined) return undefined
  return ratioOf(measurement) <= (goal ?? Infinity) && figure <= (most ?? Infinity) && figure >= (least ?? -Infinity)
}

/** @param share 0.5 for the median. @throws Error without values */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  if (value === undefined) throw new Error('There is no quantile of nothing.')
  return value
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

const numberOf = (value: number, unit: Unit): string => `${value.toFixed(isCost(unit) ? 1 : 0)} ${unit}`

const goalOf = ({ unit, goal, most, least }: Measurement): string =>
  [
    ...(goal === undefined ? [] : [`<= ${Number(goal.toFixed(2))} x`]),
    ...(most === undefined ? [] : [`<= ${most} ${unit}`]),
    ...(least === undefined ? [] : [`>= ${least} ${unit}`]),
  ].join(', ')

const cellsOf = (measurement: Measurement): readonly string[] => {
  const { name, figure, unit, floor } = measurement
  const met = isMet(measurement)
  return [
    name,
    numberOf(figure, unit),
    `${numberOf(floor.figure, unit)} (${floor.name})`,
    `${ratioOf(measurement).toFixed(2)} x`,
    goalOf(measurement),
    met === undefined ? '' : met ? 'yes' : 'NO',
  ]
}

/** Aligned columns, with a line of headings. */
export const tableOf = (measurements: readonly Measurement[]): string => {
  const rows = [['', 'figure', 'floor', 'cost', 'goal', 'met?'], ...measurements.map(cellsOf)]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
