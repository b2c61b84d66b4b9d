// Errors of messages that cannot be handled. A part of the table in error-table.ts.

export const messageErrors = {
  'event-not-understood': {
    status: 422,
    title: 'The event cannot be handled here',
    onMessage: 'park',
    incident: 'platform',
    advice:
      'Compare the event with the catalogue: its type, version, publisher and data. Replay it once both sides agree.',
  },
  'publisher-not-allowed': {
    status: 422,
    title: 'The event came from a product that is not allowed to publish it',
    onMessage: 'park',
    incident: 'platform',
    advice: 'Find out which key published it on the bus. Do not replay it before that is clear.',
  },
  'tenant-unknown': {
    status: 422,
    title: 'Hub does not know the organization',
    onMessage: 'park',
    incident: 'platform',
    advice: 'Check that the organization exists in Hub, then replay.',
  },
  'message-dead-lettered': {
    status: 500,
    title: 'The broker gave up delivering a message',
    onMessage: 'park',
    incident: 'platform',
    advice: 'Look up the function in the log to find why every delivery failed, fix the cause, then replay.',
  },
} as const
