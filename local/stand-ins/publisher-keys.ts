// With these the other products publish to the bus of the local stack.
export const publisherKeys = {
  hub: 'local-only-bus-hub-key',
  defend: 'local-only-bus-defend-key',
  voice: 'local-only-bus-voice-key',
  psa: 'local-only-bus-psa-key',
  people: 'local-only-bus-people-key',
} as const
