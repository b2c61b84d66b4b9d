// Changes of a text that a check tries.

export type Change = (text: string) => string

/** @throws Error when there is nothing to be changed: the check would try nothing */
const replaced =
  (before: string, after: string): Change =>
  (text) => {
    if (!text.includes(before)) throw new Error(`"${before}" is not there to be changed.`)
    return text.replaceAll(before, after)
  }

/** Gives a parameter a value, whatever it has: the committed files are examples, and become those of whoever deploys. */
export const given =
  (name: string, value: string): Change =>
  (text) => {
    const line = new RegExp(`^param ${name} = (?:\\{\\n[^]*?^\\}|\\[\\n[^]*?^\\]|.*)$`, 'm')
    if (!line.test(text)) throw new Error(`There is no parameter ${name} to be changed.`)
    return text.replace(line, () => `param ${name} = ${value}`)
  }

/** As `given`, for one of the settings. */
export const setting =
  (name: string, value: string): Change =>
  (text) => {
    const without = text.replace(new RegExp(`^ {2}${name}: .*\\n`, 'm'), '')
    return replaced('param settings = {\n', `param settings = {\n  ${name}: ${value}\n`)(without)
  }

export const all =
  (...changes: readonly Change[]): Change =>
  (text) =>
    changes.reduce((changed, change) => change(changed), text)

/** Nobody's either, but not the one for which examples are evaluated. */
export const realSubscription = '9b1f6c1e-4d0f-4c8e-9a57-2d6f0c7e8b13'
