// Which detections of one client and cause belong together: those around the first one, decided from times alone.

/** A ticket of the group, and when the detection that began it was detected. */
export type Window = { readonly ref: string; readonly firstDetectedAt: string }

const windowMs = 60 * 60_000

/**
 * Two windows begin more than an hour apart, so these reach back for two weeks, as long as a message may wait in its queue.
 */
const windowsMax = 14 * 24

/** The window that holds this time, both ends included; where two overlap, the earlier one. */
export const windowAt = (windows: readonly Window[], detectedAt: string): Window | undefined =>
  windows
    .filter(({ firstDetectedAt }) => Math.abs(Date.parse(firstDetectedAt) - Date.parse(detectedAt)) <= windowMs)
    .sort((a, b) => Date.parse(a.firstDetectedAt) - Date.parse(b.firstDetectedAt))[0]

/**
 * The windows with a new one, without those that were begun longest ago.
 * @param replaced one whose ticket is gone
 */
export const withWindow = (
  windows: readonly Window[],
  begun: Window,
  replaced: Window | undefined,
): readonly Window[] => [...windows.filter(({ ref }) => ref !== replaced?.ref), begun].slice(-windowsMax)
