// What the secret of the key vault is called that wraps the data keys of tenants.

/** Of the secret that holds it: 32 random bytes in base64, as `openssl rand -base64 32` prints them. A new version is a new key. */
export const wrappingKeyName = 'row-wrapping-key'

/** What a function says that it `uses` when rows of it are sealed. */
export const sealedRows = { secrets: { [wrappingKeyName]: 'reads' } } as const
