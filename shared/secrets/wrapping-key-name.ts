// What the secret of the key vault is called that wraps the data keys of tenants.

/** Of the secret that holds it: 32 random bytes in base64, as `openssl rand -base64 32` prints them. A new version is a new key. */
export const wrappingKeyName = 'row-wrapping-key'
