// What a replayed message carries so that it is known where it was parked: application properties, in lower case as all of ours.

export type ParkedAt = {
  readonly owner: string
  readonly incidentId: string
  readonly parkedId: string
  /** How often it was sent again, this time included. */
  readonly replays: number
}

const names = {
  owner: 'parkedowner',
  incidentId: 'parkedincident',
  parkedId: 'parkedid',
  replays: 'parkedreplays',
} as const

export const replayProperties = {
  write: ({ owner, incidentId, parkedId, replays }: ParkedAt): Readonly<Record<string, string | number>> => ({
    [names.owner]: owner,
    [names.incidentId]: incidentId,
    [names.parkedId]: parkedId,
    [names.replays]: replays,
  }),
  /** Undefined for a message that was never parked. */
  read: (properties: Readonly<Record<string, unknown>>): ParkedAt | undefined => {
    const [owner, incidentId, parkedId] = [names.owner, names.incidentId, names.parkedId].map(
      (name) => properties[name],
    )
    if (typeof owner !== 'string' || typeof incidentId !== 'string' || typeof parkedId !== 'string') return undefined
    return { owner, incidentId, parkedId, replays: Number(properties[names.replays] ?? 0) || 0 }
  },
}
