// The parts of a suggestion for a ticket, and what may become of each.

export const suggestedFields = ['category', 'priority', 'resolution'] as const
export const outcomes = ['shown', 'accepted', 'edited', 'dismissed'] as const
