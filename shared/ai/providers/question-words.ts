// The words that people ask by for what facts of records are called. In English and German.

/** Who wants to be told all of it in short. */
const whole =
  /\b(?:what (?:has )?happened|what is (?:it|this|the ticket|the problem) about|what is (?:wrong|the (?:problem|matter|issue))|summar(?:y|i[sz]e)|sum up|worum geht|was ist (?:passiert|los|das problem)|zusammenfass\w*|fass\w*)(?![\p{L}])/iu
export const asksForAll = (question: string): boolean => whole.test(question)

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
  [
    /\b(?:(?:what|how) (?:do|does|can|should|must|has to|have to|needs? to)\b|steps?|next|recommend(?:ed|s|ation)?|fix(?:ed|es)?|remediat\w*|to do|was (?:muss|müssen|soll|sollen|ist zu tun)|schritte?|empfohlen|empfehlung\w*|behebung|beheben|lösung)(?![\p{L}])/iu,
    'recommended remediation steps',
  ],
  [whole, 'description'],
  [/\b(?:queue|team)(?![\p{L}])/iu, 'board'],
]

/** The question, with what facts say for its words after it. */
export const asFactsSay = (question: string): string =>
  [question, ...asked.flatMap(([words, said]) => (words.test(question) ? [said] : []))].join('\n')
