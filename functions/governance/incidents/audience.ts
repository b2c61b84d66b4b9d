// Who works with incidents: an organization with its own, and operators with those of the platform.
import {
  type IntegrationCaller,
  type PlatformCaller,
  type SessionCaller,
  integrationKey,
  operatorSettings,
  platformOperator,
  session,
} from '../../../shared/auth/caller.ts'
import type { SettingName } from '../../../shared/config/settings.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'

type Rule = ReturnType<typeof session> | ReturnType<typeof integrationKey> | ReturnType<typeof platformOperator>
type Reader = SessionCaller | IntegrationCaller | PlatformCaller

/** The owner of the incidents with which a caller works. */
export const ownerOf = (caller: Reader): string =>
  caller.kind === 'platform' ? platform : ownerOfTenant(caller.tenantId)

export type Audience = {
  /** Prefix of `incident` in the names of the functions: '' or `platform-`. */
  readonly named: string
  /** Prefix of the route. */
  readonly prefix: string
  /** The owner of the incidents, as the summaries name it. */
  readonly whose: string
  readonly readers: readonly Rule[]
  readonly writers: readonly Rule[]
  /** Whom the advice addresses. */
  readonly reader: 'tenant' | 'operator'
  readonly needs: readonly SettingName[]
}

export const organizations: Audience = {
  named: '',
  prefix: 'ai/governance',
  whose: 'the organization',
  readers: [session('ai', { atLeast: 'member' }), integrationKey('governance:incidents:read')],
  writers: [session('ai', { atLeast: 'admin' }), integrationKey('governance:incidents:write')],
  reader: 'tenant',
  needs: ['DATA_STORAGE'],
}

export const platformOperators: Audience = {
  named: 'platform-',
  prefix: 'ai/governance/platform',
  whose: 'the platform',
  readers: [platformOperator('Operator.Platform')],
  writers: [platformOperator('Operator.Platform')],
  reader: 'operator',
  needs: ['DATA_STORAGE', ...operatorSettings],
}
