// Stand-in of The One RMM on the contract of this suite: it keeps devices that the control API puts, and shows each to who may see it.
import { startReadable } from '../../../../local/stand-ins/readable-stand-in.ts'
import type { RunningStandIn } from '../../../../local/stand-ins/stand-in.ts'
import type { StandInOptions } from '../../../../local/stand-ins/stand-ins.ts'
import { z } from 'zod'
import { validated } from '../../../../local/stand-ins/http-exchange.ts'
import { AssetReference, RmmDevice } from '../contract.ts'
import { rmmContract } from '../operations.ts'

export const start = (options: StandInOptions): Promise<RunningStandIn> =>
  startReadable(
    {
      slug: 'rmm',
      contract: rmmContract,
      kinds: { device: { schema: RmmDevice, path: 'devices', atLeast: 'viewer' } },
      answers: (views) => ({
        readDevice: ({ tenantId, userId, params: { id } }) => views.answerRecord({ tenantId, userId }, 'device', id),
        listDevicesOfAsset: ({ tenantId, query }) =>
          validated(
            z.strictObject({ assetReference: AssetReference }),
            Object.fromEntries(query),
            ({ assetReference }) => ({
              status: 200,
              body: { devices: views.having(tenantId, 'device', 'assetReference', assetReference) },
            }),
          ),
        checkHealth: () => ({ status: 200, body: { status: 'ok', version: 'stand-in' } }),
      }),
    },
    options,
  )
