// Ids travel to a peer in the URL, as a comma-separated list: this splits a list into those that one read may ask for.

/** Servers refuse a URL from about 8,000 characters on, which 100 long ids are. */
const charactersMax = 6_000

/** At most `max` ids on a page, and fewer when they are long. None for no ids. */
export const idPages = (ids: readonly string[], max: number): readonly (readonly string[])[] => {
  const pages: string[][] = []
  let characters = 0
  for (const id of ids) {
    // As the query spells it; its `ids=` makes up for the comma.
    const length = new URLSearchParams({ ids: id }).toString().length
    const page = pages.at(-1)
    if (page && page.length < max && characters + length <= charactersMax) {
      page.push(id)
      characters += length
    } else {
      pages.push([id])
      characters = length
    }
  }
  return pages
}

/** Whether each of those that were found was asked for, and is there once: a list of anything else would be read as "none of them". */
export const areOf = (asked: readonly string[], found: readonly string[]): boolean => {
  const left = new Set(asked)
  return found.every((id) => left.delete(id))
}
