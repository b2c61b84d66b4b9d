// Makes something when it is first asked for, once.

/** What fails to be made, also later as a promise, is made anew the next time. */
export const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    if (made) return made.value
    const fresh = { value: make() }
    made = fresh
    if (fresh.value instanceof Promise)
      fresh.value.catch(() => {
        if (made === fresh) made = undefined
      })
    return fresh.value
  }
}
