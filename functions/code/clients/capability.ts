// Clients of a tenant, and which organization or repository belongs to whom.
import {
  deleteClient,
  deleteClientMapping,
  putClient,
  putClientMapping,
  readClientMappings,
  readClients,
} from './endpoints.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = [
  readClients,
  putClient,
  deleteClient,
  readClientMappings,
  putClientMapping,
  deleteClientMapping,
]

export const tables: Tables = async () => {
  const [{ clientTable }, { clientMappingTable }] = await Promise.all([
    import('../../../shared/clients/client-directory.ts'),
    import('./client-mapping.ts'),
  ])
  return [clientTable, clientMappingTable]
}
