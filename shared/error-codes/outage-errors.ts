// Errors of peers and Azure services, and faults of our own. A part of the table in error-table.ts.

export const outageErrors = {
  internal: {
    status: 500,
    title: 'Something went wrong on our side',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Look up the correlation id in the log to find the cause.',
  },
  'peer-rejected': {
    status: 502,
    title: 'Another product refused our request',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Look up the correlation id in the log to find the peer and its answer.',
  },
  'company-unknown': {
    status: 502,
    title: 'PSA does not know the company of the client',
    onMessage: 'park',
    incident: 'tenant',
    advice:
      "The ticket is on PSA's triage board. Correct the PSA company id of the client in The One Code, or add the company to PSA. Then move the ticket to that company.",
  },
  'peer-unauthorized': {
    status: 502,
    title: 'Another product refused our key',
    onMessage: 'retry',
    incident: 'tenant',
    advice: 'Check the value and expiry of the integration key, and that its scopes cover the operation.',
  },
  'peer-invalid-response': {
    status: 502,
    title: "Another product's answer breaks its contract",
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Compare the version of the peer with the contract in this suite, and check the base URL.',
  },
  'peer-unavailable': {
    status: 503,
    title: 'Another product is not available',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the health of the peer, its URL and the firewall between the two.',
  },
  'peer-timeout': {
    status: 504,
    title: 'Another product did not answer in time',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the health of the peer. The operation may have succeeded; repeating it is safe.',
  },
  'not-configured': {
    status: 503,
    title: 'A setting is missing or invalid',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Correct the settings that the detail names. GET health/ready lists what is wrong with each.',
  },
  'bus-unavailable': {
    status: 503,
    title: 'Service Bus is not available',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the Service Bus namespace, its firewall and the role assignment of the Function App.',
  },
  'vault-unavailable': {
    status: 503,
    title: 'The key vault is not available',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the key vault, its firewall and the role assignment of the Function App.',
  },
  'flow-not-started': {
    status: 503,
    title: 'The work could not be started',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the task hub of the Function App and its storage. The request is stored and starts later.',
  },
  'storage-unavailable': {
    status: 503,
    title: 'Storage is not available',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the storage account, its firewall and the role assignment of the Function App.',
  },
  'audit-log-damaged': {
    status: 503,
    title: 'The audit log of the organization is damaged',
    onMessage: 'retry',
    incident: 'platform',
    advice:
      'Somebody changed the tables. Verify the audit log of the organization that the incident names, and keep what is there for the investigation. Then start a new segment (POST /api/ai/governance/platform/tenants/{tenantId}/audit-repairs) and resolve the incident.',
  },
} as const
