// The part of the table of errors that is about calls to models. error-table.ts says what the members mean.

export const modelErrors = {
  'caller-gone': {
    status: 499,
    title: 'The caller closed the connection before the answer was ready',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'No action is needed: the caller closed the connection.',
  },
  'prompt-filtered': {
    status: 422,
    title: "The model's content filter refused the question",
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Rephrase the question. The same question is refused again.',
  },
  'prompt-too-long': {
    status: 422,
    title: 'The question is too long for the model',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Shorten the question.',
  },
  'model-refused': {
    status: 502,
    title: 'The model refused our request',
    onMessage: 'park',
    incident: 'platform',
    advice: 'Compare AI_MODELS with the deployments of the provider: names, protocol, API version and capabilities.',
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
    advice: 'Ask again. If it keeps failing, check the health of the provider.',
  },
  'model-unavailable': {
    status: 503,
    title: 'No model is available',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Wait as long as Retry-After says. If it keeps failing, check the quota and the health of the provider.',
  },
  'model-timeout': {
    status: 504,
    title: 'The model did not answer in time',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Ask again, or ask for less. If it keeps failing, check the health of the provider.',
  },
} as const
