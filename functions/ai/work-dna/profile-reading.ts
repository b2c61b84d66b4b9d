// Reads a profile of People for the person who asks. People decides, by its own records, whether they may.
import { AppError } from '../../../shared/errors.ts'
import type { Services } from '../../../shared/services.ts'
import { redactSecrets } from '../../../shared/text/secret-redaction.ts'
import type { WorkDnaProfile } from './contract.ts'

type Reader = { readonly tenantId: string; readonly userId: string }

/**
 * @param reader tenant and user of the session
 * @throws AppError `forbidden`, `not-found`; those of People
 */
export const readProfileFor = async (
  { forReading }: Pick<Services, 'forReading'>,
  { tenantId, userId }: Reader,
  profileId: string,
): Promise<WorkDnaProfile> => {
  const read = await (await forReading.people()).readProfile(tenantId, userId, profileId)
  if (read.outcome !== 'read') return refuse(read.outcome)
  const { id, name, jobTitle, department, managerName, startedOn, workDna, url } = read.record
  return {
    id,
    name: redactSecrets(name),
    ...shown({ jobTitle, department, managerName }),
    ...(startedOn !== undefined && { startedOn }),
    workDna: {
      strengths: (workDna?.strengths ?? []).map(redacted),
      ...shown({
        workingStyle: workDna?.workingStyle,
        communication: workDna?.communication,
        focusHours: workDna?.focusHours,
      }),
      worksOftenWith: (workDna?.worksOftenWith ?? []).map(redacted),
    },
    url,
  }
}

const refuse = (outcome: 'not-found' | 'not-allowed'): never => {
  if (outcome === 'not-found') throw new AppError('not-found', 'People has no such profile.')
  throw new AppError(
    'forbidden',
    'People does not show you this profile. Ask the person, or who administers People, for access.',
  )
}

const redacted = (text: string): string => redactSecrets(text)

/** What People has, without secrets. */
const shown = <Name extends string>(texts: Readonly<Record<Name, string | undefined>>): { [Key in Name]?: string } =>
  Object.fromEntries(
    Object.entries<string | undefined>(texts).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, redactSecrets(text)]],
    ),
  ) as { [Key in Name]?: string }
