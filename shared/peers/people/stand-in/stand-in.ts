// Stand-in of The One People on the contract of this suite: it keeps profiles that the control API puts, and shows each to who may see it.
import { problem } from '../../../../local/stand-ins/http-exchange.ts'
import { startReadable } from '../../../../local/stand-ins/readable-stand-in.ts'
import type { RunningStandIn } from '../../../../local/stand-ins/stand-in.ts'
import type { StandInOptions } from '../../../../local/stand-ins/stand-ins.ts'
import { PeopleProfile } from '../contract.ts'
import { peopleContract } from '../operations.ts'

export const start = (options: StandInOptions): Promise<RunningStandIn> =>
  startReadable(
    {
      slug: 'people',
      contract: peopleContract,
      kinds: { profile: { schema: PeopleProfile, path: 'profiles', atLeast: 'admin' } },
      answers: (views) => ({
        readProfile: ({ tenantId, userId, params: { id } }) =>
          views.answerRecord({ tenantId, userId }, 'profile', id, {
            isOwn: id === userId || views.read(tenantId, 'profile', id)?.['managerId'] === userId,
          }),
        // Who administers People sees signals; managers and colleagues do not.
        readSignalAudience: ({ tenantId, params: { id } }) =>
          views.read(tenantId, 'profile', id)
            ? {
                status: 200,
                body: { profileId: id, userIds: views.readersOf(tenantId, 'admin') },
              }
            : problem(404, 'There is no such profile'),
        checkHealth: () => ({ status: 200, body: { status: 'ok', version: 'stand-in' } }),
      }),
    },
    options,
  )
