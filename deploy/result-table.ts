// The outcome for each Function App as a table, with what is missing below the app it is missing in.
import type { Outcome } from './readiness.ts'

export const resultTable = (outcomes: readonly Outcome[]): string => {
  const width = Math.max(...outcomes.map(({ app }) => app.length))
  const lines = outcomes.flatMap(({ app, state, tries, ms, details }) => [
    `${app.padEnd(width)}  ${state.padEnd(9)}  ${seconds(ms).padStart(7)}  ${String(tries).padStart(5)}`,
    ...details.map((detail) => `${' '.repeat(width)}  ${oneLine(detail)}`),
  ])
  return [`${'app'.padEnd(width)}  ${'state'.padEnd(9)}  ${'after'.padStart(7)}  tries`, ...lines].join('\n')
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

const detailLengthMax = 200

/** What a stranger may have answered must not paint the terminal. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, detailLengthMax)
