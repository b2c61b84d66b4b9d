// The real client of Key Vault's secrets, for the local vault.
import { SecretClient } from '@azure/keyvault-secrets'

/** A client that fails at once instead of trying again. */
export const vaultClient = (url: string, maxRetries = 0): SecretClient =>
  new SecretClient(
    url,
    { getToken: () => Promise.resolve({ token: 'local', expiresOnTimestamp: Date.now() + 3_600_000 }) },
    {
      disableChallengeResourceVerification: true,
      retryOptions: { maxRetries, retryDelayInMs: 1, maxRetryDelayInMs: 5 },
      additionalPolicies: [
        {
          position: 'perCall',
          policy: {
            name: 'allowLoopback',
            sendRequest: (request, next) => next(Object.assign(request, { allowInsecureConnection: true })),
          },
        },
      ],
    },
  )

export const setFaults = async (url: string, faults: readonly object[], secret?: string): Promise<void> => {
  const query = secret === undefined ? '' : `?tenantId=${secret}`
  const response = await fetch(`${url}/_control/faults${query}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  })
  if (response.status !== 204) throw new Error(`The vault took no faults: ${response.status}.`)
}

/** How often each operation was asked for. */
export const countsOf = async (url: string): Promise<Readonly<Record<string, number>>> =>
  ((await (await fetch(`${url}/_control/requests`)).json()) as { counts: Record<string, number> }).counts
