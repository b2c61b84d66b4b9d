// What is wrong with an answer.

/** Where (`priority`, `items[2].id`; empty for the whole) and what is wrong. It may quote names that the model wrote: it is data. */
export type AnswerProblem = { readonly path: string; readonly message: string; readonly allowed?: readonly string[] }
