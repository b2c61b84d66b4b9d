// What can be asked of a product about the keys between it and us. All but `tryKey` take the registration credential, never a key that
// is being replaced. Refusals are RFC 9457 problem documents.
import { peerContract } from '../../peer-client/operation.ts'
import {
  KeyInUse,
  KeyRegistration,
  RegisteredKey,
  RegisteredKeyId,
  RegisteredKeys,
  registrationHeaders,
} from './contract.ts'

export const registrationContract = peerContract({
  name: 'Key registration',
  headers: registrationHeaders,
  operations: {
    /** From now on the product takes the key beside those that it has. 409 for one that is retired, or has another content. */
    registerKey: {
      method: 'PUT',
      path: '/v1/integration-keys/:keyId',
      params: { keyId: RegisteredKeyId },
      body: { registration: KeyRegistration },
      isSecret: true,
      answers: { 200: RegisteredKey },
    },
    /** Of the tenant, retired ones included. At most 100, newest first. */
    listKeys: { method: 'GET', path: '/v1/integration-keys', answers: { 200: RegisteredKeys } },
    /** For good. 404 for one that it never had. */
    retireKey: {
      method: 'DELETE',
      path: '/v1/integration-keys/:keyId',
      params: { keyId: RegisteredKeyId },
      answers: { 200: RegisteredKey },
    },
    /** With the key that is to be tried. It counts as seen. */
    tryKey: { method: 'GET', path: '/v1/integration-key', answers: { 200: KeyInUse } },
  },
})
