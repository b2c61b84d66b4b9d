// The profiles that People has of the technicians of the demo organization.
import type { DemoRecord } from './demo-record.ts'

export const demoPeople: readonly DemoRecord[] = [
  {
    peer: 'people',
    kind: 'profile',
    id: 'user-northwind-member',
    clientId: null,
    record: {
      name: 'Mia Torres',
      jobTitle: 'Senior technician',
      department: 'Service desk',
      managerId: 'user-northwind-admin',
      managerName: 'Adam Sato',
      startedOn: '2021-04-01',
      workDna: {
        strengths: ['Calm with customers', 'Finds causes quickly'],
        workingStyle: 'One thing after the other',
        communication: 'Short messages, calls for what is urgent',
        focusHours: '09:00 to 11:00',
        worksOftenWith: ['Noah Okafor', 'Adam Sato'],
      },
    },
  },
  {
    peer: 'people',
    kind: 'profile',
    id: 'user-northwind-admin',
    clientId: null,
    record: {
      name: 'Adam Sato',
      jobTitle: 'Head of service',
      workDna: { strengths: ['Decides quickly'], worksOftenWith: ['Mia Torres'] },
    },
  },
  {
    peer: 'people',
    kind: 'profile',
    id: 'user-northwind-viewer',
    clientId: null,
    record: {
      name: 'Victor Lindqvist',
      jobTitle: 'Trainee',
      department: 'Service desk',
      managerId: 'user-northwind-member',
      managerName: 'Mia Torres',
      startedOn: '2025-09-01',
      workDna: { strengths: ['Asks early'], focusHours: '08:00 to 10:00', worksOftenWith: ['Mia Torres'] },
    },
  },
]
