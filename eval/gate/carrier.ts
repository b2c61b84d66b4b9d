// One way to carry something to an address, and where that is.

/** Where it goes, with what is carried out in it. */
export type Target = {
  /** `collect.evil.com`, perhaps with what is carried out before it. */
  readonly host: string
  /** From the slash on. */
  readonly path: string
}

export type Carrier = { readonly name: string; readonly write: (target: Target) => string }

/** @param write with the whole URL, and with its parts for what is written without a scheme */
export const carrier = (name: string, write: (url: string, target: Target) => string): Carrier => ({
  name,
  write: (target) => write(`https://${target.host}${target.path}`, target),
})
