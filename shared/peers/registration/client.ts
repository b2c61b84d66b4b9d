// What this suite asks of a product about the keys between the two, as functions over the contract.
import * as z from 'zod'
import { isAppError } from '../../errors.ts'
import { operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import { needing, reading } from '../../schema/reading.ts'
import { KeyInUse, type KeyRegistration, RegisteredKey } from './contract.ts'
import { registrationContract } from './operations.ts'

const ReadKey = reading(needing(RegisteredKey, ['keyId']))
const ReadKeys = reading(z.object({ keys: z.array(needing(RegisteredKey, ['keyId'])) }))
const ReadKeyInUse = reading(KeyInUse)
type ReadRegisteredKey = z.output<typeof ReadKeys>['keys'][number]

/** Every function throws the `AppError`s of `PeerClient.call`. All are safe to repeat. */
export type RegistrationClient = {
  /** @throws AppError `peer-rejected` for a key that was retired there */
  readonly registerKey: (tenantId: string, keyId: string, registration: KeyRegistration) => Promise<void>
  readonly listKeys: (tenantId: string) => Promise<readonly ReadRegisteredKey[]>
  /** Resolves also when the product never had it. */
  readonly retireKey: (tenantId: string, keyId: string) => Promise<void>
  /** @returns the id under which the product knows the key. @throws AppError `peer-unauthorized` for one that it does not take */
  readonly tryKey: (tenantId: string, key: string) => Promise<string>
}

/** @param options whose key is the registration credential */
export const createRegistrationClient = (options: PeerClientOptions): RegistrationClient => {
  const call = operationCall(createPeerClient(options), registrationContract)
  return {
    registerKey: async (tenantId, keyId, registration) => {
      await call('registerKey', { tenantId, params: { keyId }, body: registration, answers: { 200: ReadKey } })
    },
    listKeys: async (tenantId) => {
      const { body } = await call('listKeys', { tenantId, answers: { 200: ReadKeys } })
      return body.keys
    },
    retireKey: async (tenantId, keyId) => {
      try {
        await call('retireKey', { tenantId, params: { keyId }, answers: { 200: ReadKey } })
      } catch (error) {
        if (!isAppError(error, 'peer-rejected') || error.details.peerStatus !== 404) throw error
      }
    },
    tryKey: async (tenantId, key) => {
      const withKey = createPeerClient({ ...options, key: () => key })
      const { body } = await operationCall(withKey, registrationContract)('tryKey', {
        tenantId,
        answers: { 200: ReadKeyInUse },
      })
      return body.keyId
    },
  }
}
