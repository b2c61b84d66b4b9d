// Changes of a text that a check tries.

export type Change = (text: string) => string

/** @throws Error when there is nothing to be changed: the check would try nothing */
export const replaced =
  (before: string, after: string): Change =>
  (text) => {
    if (!text.includes(before)) throw new Error(`"${before}" is not there to be changed.`)
    return text.replaceAll(before, after)
  }

export const all =
  (...changes: readonly Change[]): Change =>
  (text) =>
    changes.reduce((changed, change) => change(changed), text)

/** Nobody's either, but not the one for which examples are evaluated. */
export const realSubscription = '9b1f6c1e-4d0f-4c8e-9a57-2d6f0c7e8b13'
