// Profiles of People as context: who somebody is at work, and how they work.
import { fact, joined, numbered } from './facts.ts'
import { recordKind } from './kind.ts'

export const peopleKinds = {
  profile: recordKind({
    name: 'People profile',
    read: async (products, { tenantId, userId }, id) => (await products.people()).readProfile(tenantId, userId, id),
    tell: ({ workDna, ...profile }) => ({
      title: profile.name,
      url: profile.url,
      facts: [
        ...fact('name', 'Name', profile.name),
        ...fact('job-title', 'Job title', profile.jobTitle),
        ...fact('department', 'Department', profile.department),
        ...fact('manager', 'Manager', profile.managerName),
        ...fact('started', 'Started on', profile.startedOn),
        ...fact('style', 'Working style', workDna?.workingStyle),
        ...fact('communication', 'Communication', workDna?.communication),
        ...fact('focus', 'Focus hours', workDna?.focusHours),
        ...joined('works-with', 'Often works with', workDna?.worksOftenWith ?? []),
        ...numbered('strength', workDna?.strengths, (strength) => ({ label: 'Strength', parts: [strength] })),
      ],
    }),
  }),
}
