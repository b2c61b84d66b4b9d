// What a caller says of answers that were kept (`Cache-Control`, RFC 9111 section 5.2.1).

/** `fresh`: made anew, and kept. `unkept`: made anew, and not kept. */
export type Freshness = 'any' | 'fresh' | 'unkept'

/** Directives that ask for anything else have no meaning here. */
export const freshnessOf = (header: string | null): Freshness => {
  const directives = new Set((header ?? '').toLowerCase().split(/[\s,]+/))
  if (directives.has('no-store')) return 'unkept'
  return directives.has('no-cache') || directives.has('max-age=0') ? 'fresh' : 'any'
}
