// Records what is written into other products: before it is sent, so that nothing is written without an entry, and once more when it failed.
import type { PeerWrite } from '../peer-client/peer-call.ts'
import { currentActor, untilRecorded } from './acting.ts'
import type { AuditLog } from './audit-log.ts'

export const recordPeerWrite =
  (audit: () => Promise<AuditLog>) =>
  async ({ peer, operation, tenantId, path, failure }: PeerWrite): Promise<void> => {
    await untilRecorded()
    await (
      await audit()
    ).append(tenantId, {
      action: 'peer.written',
      outcome: failure === undefined ? 'asked' : 'failed',
      actor: currentActor(),
      subjects: [path.slice(0, 256)],
      operation: `${peer}: ${operation}`,
      ...(failure !== undefined && { facts: { code: failure } }),
    })
  }
