// The words that people ask by for what facts of records are called. In English and German.

/** Each with what a fact says instead. */
const asked: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:assignees?|assigned|responsible|in charge|who (?:is )?(?:work(?:s|ing)|handl(?:es|ing)|owns)|owner|bearbeiter(?:in)?|zuständig\w*|zugewiesen)(?![\p{L}])/iu,
    'assigned technician',
  ],
  [/\b(?:urgent|urgency|urgently|how important|dringend|priorität)(?![\p{L}])/iu, 'priority'],
  [/\b(?:clients?|customers?|whose|kunden?)(?![\p{L}])/iu, 'company'],
  [/\b(?:state|open or closed|zustand)(?![\p{L}])/iu, 'status'],
  [/\b(?:created|reported|raised|filed|eröffnet|geöffnet|erstellt|gemeldet)(?![\p{L}])/iu, 'opened'],
  [/\b(?:updated|modified|geändert|aktualisiert)(?![\p{L}])/iu, 'last changed'],
  [/\b(?:queue|team)(?![\p{L}])/iu, 'board'],
]

/** The question, with what facts say for its words after it. */
export const asFactsSay = (question: string): string =>
  [question, ...asked.flatMap(([words, said]) => (words.test(question) ? [said] : []))].join('\n')
