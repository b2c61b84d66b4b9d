// The part of the table of errors that is about calls to models. error-table.ts says what the members mean.

export const modelErrors = {
  'caller-gone': {
    status: 499,
    title: 'The caller left before the answer was there',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Nothing is to be done: whoever asked has closed the connection.',
  },
  'prompt-filtered': {
    status: 422,
    title: "The model's content filter refused the question",
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Ask in other words. The same question is refused again.',
  },
  'prompt-too-long': {
    status: 422,
    title: 'The question is longer than the model can read',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Ask about less at once.',
  },
  'model-refused': {
    status: 502,
    title: 'The model refused our request',
    onMessage: 'park',
    incident: 'platform',
    advice: 'Compare AI_MODELS with the deployments of the provider: names, wire, API version and what each can do.',
  },
  'model-unauthorized': {
    status: 502,
    title: 'The model refused our credential',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the role of the managed identity at the provider, or the key that AI_MODELS names.',
  },
  'model-cut-off': {
    status: 502,
    title: "The model's answer broke off",
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Ask again. If it goes on, check the health of the provider.',
  },
  'model-unavailable': {
    status: 503,
    title: 'No model is available',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Wait as long as Retry-After says. If it goes on, check the quota and the health of the provider.',
  },
  'model-timeout': {
    status: 504,
    title: 'The model did not answer in time',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Ask again, or for less. If it goes on, check the health of the provider.',
  },
} as const
