// Durations as ARM writes them: ISO 8601 with days, hours, minutes and seconds, e.g. `P14D` or `PT1M30S`.

const pattern = /^P(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/

/** In ms; undefined when it is not a duration of this form. */
export const parseDuration = (text: string): number | undefined => {
  const parts = pattern.exec(text)
  if (parts === null) return undefined
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0))
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + Math.round((seconds ?? 0) * 1_000)
}
