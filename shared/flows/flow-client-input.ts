// The binding by which the host gives a function the client of Durable.
export const flowClientInput = { type: 'durableClient', name: 'flows' } as const
