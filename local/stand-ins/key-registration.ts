// Key registration as every stand-in speaks it, and the routes of the control API by which a test or a person sees the keys and has the
// product adopt one.
import { z } from 'zod'
import { registrationContract } from '../../shared/peers/registration/operations.ts'
import { type Answer, type Route, done, problem, validated } from './http-exchange.ts'
import { Adoption, type KeyRegistry } from './key-registry.ts'
import { type Control, controlRoute } from './stand-in-control.ts'

/** Of a contract and of key registration: what faults can be set for. */
export const operationNames = ({ operations }: { readonly operations: object }): readonly string[] => [
  ...Object.keys(operations),
  ...Object.keys(registrationContract.operations),
]

const AdoptionChange = z.strictObject({ adoption: Adoption })

/** Of a tenant: the keys, the one with which the product calls the suite, and when it takes up a new one. */
export const keyControl = (registry: KeyRegistry): readonly Route<Control>[] => [
  controlRoute('GET', '/_control/integration-keys', ({ tenantId }) =>
    withTenant(tenantId, (id) => ({
      status: 200,
      body: { keys: registry.list(id), calling: registry.calling(id) ?? null },
    })),
  ),
  controlRoute('PUT', '/_control/adoption', ({ tenantId, body }) =>
    withTenant(tenantId, (id) =>
      validated(AdoptionChange, body, ({ adoption }) => {
        registry.setAdoption(id, adoption)
        return done
      }),
    ),
  ),
  controlRoute('POST', '/_control/adoption', ({ tenantId }) =>
    withTenant(tenantId, (id) => {
      registry.adopt(id)
      return done
    }),
  ),
]

const withTenant = (tenantId: string | undefined, use: (tenantId: string) => Answer): Answer =>
  tenantId === undefined ? problem(400, 'The query parameter tenantId is missing') : use(tenantId)
