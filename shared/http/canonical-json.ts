// JSON with its object members in one order, so that the same content always has the same hash (RFC 8785 without its number rules).

/** `value` must be what JSON can hold; members that are undefined are left out. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, ordered) ?? 'null'

const ordered = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value
