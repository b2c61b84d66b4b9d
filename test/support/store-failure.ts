import { expect } from 'vitest'

/** A failure of the store of which the log is told `text`, and its reader no name of a table. */
export const storeFailure = (text: string): Error =>
  expect.objectContaining({
    message: expect.stringMatching(
      /^(?:Stored data could|It was changed by|Storage did not|The value is too|The value of)/,
    ),
    cause: expect.objectContaining({ message: expect.stringContaining(text) }),
  }) as Error
