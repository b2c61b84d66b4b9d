// Reads the records of a conversation for a person.
import type { ContextRead } from '../../../shared/context/context.ts'
import { readContext } from '../../../shared/context/reading.ts'
import type { ContextReference } from '../../../shared/context/reference.ts'
import type { Services } from '../../../shared/services.ts'
import type { Person } from './conversations.ts'

/** In their order. @param operation the name of the endpoint, for the audit log */
export const readRecords = async (
  services: Services,
  person: Person,
  { references, operation }: { readonly references: readonly ContextReference[]; readonly operation: string },
): Promise<readonly ContextRead[]> => {
  const { tenantId, userId } = person
  const profiles = references.filter(({ product }) => product === 'people')
  if (profiles.length > 0) {
    // Before People is asked: whose profile somebody wanted to see is known also when they may not.
    const audit = await services.audit()
    const act = { action: 'profile.read', outcome: 'asked', actor: `user:${userId}`, operation } as const
    for (const { id } of profiles) await audit.append(tenantId, { ...act, subjects: [id] })
  }
  return Promise.all(references.map((reference) => readContext(reference, person, services)))
}
