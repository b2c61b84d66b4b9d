// A finding to try the tickets of The One Code with.

export const demoFinding = {
  findingId: 'finding-0001',
  type: 'vulnerability',
  severity: 'critical',
  title: 'Prototype pollution in lodash',
  description: 'lodash before 4.17.12 lets a crafted object change Object.prototype through defaultsDeep.',
  remediation: ['Update lodash to 4.17.21.', 'Run the tests of the billing service.', 'Deploy the billing service.'],
  repository: {
    id: 'repo-billing',
    name: 'northwind/billing',
    url: 'https://git.example/northwind/billing',
    organizationId: 'org-fabrikam',
  },
  filePath: 'package-lock.json',
  cveId: 'CVE-2019-10744',
  packageName: 'lodash',
  url: 'https://code.example/findings/finding-0001',
  detectedAt: '2026-01-15T09:30:00Z',
} as const
