// What a parked message says, sealed for the organization that it names (R7): it may hold data of clients and of people.
import type { Sealing } from '../secrets/sealing.ts'
import { platform } from './incident-owner.ts'
import type { ParkedBody } from './incident-table.ts'

type Named = { readonly parkedId: string; readonly tenantId?: string | undefined }

/** @throws AppError `vault-unavailable`, `not-configured`, `storage-unavailable` */
export const sealBody = (sealing: Sealing, message: Named & { readonly body: string }): Promise<string> =>
  sealing.seal(tenantOf(message), recordOf(message), message.body)

/** @throws AppError as `sealBody`; `internal` when its organization has another data key by now */
export const openBody = async (sealing: Sealing, stored: ParkedBody): Promise<Buffer> => {
  const body = await sealing.open(tenantOf(stored), recordOf(stored), stored.sealed)
  return Buffer.from(body, stored.encoding === 'base64' ? 'base64' : 'utf8')
}

/** What names no organization has a data key of the platform. */
const tenantOf = ({ tenantId }: Named): string => tenantId ?? platform

const recordOf = ({ parkedId }: Named): string => `parked message/${parkedId}`
