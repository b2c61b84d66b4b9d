// Refuses texts that look like a secret before they reach storage or the bus: all of them are meant to be names and ids.
import { AppError } from '../errors.ts'
import { looksLikeSecret } from './secret-redaction.ts'

type Text = readonly [path: string, text: string]

/**
 * @param texts by their path in the request
 * @throws AppError `validation-failed` naming the path of one, never the text
 */
export const refuseSecrets = async (texts: Readonly<Record<string, string>>): Promise<void> => {
  const found = await findSecret(Object.entries(texts))
  if (found)
    throw new AppError('validation-failed', `A text looks like a secret: ${found[0]}. Send a name or an id.`, {
      details: { errors: [{ path: found[0], message: 'looks like the value of a secret' }] },
    })
}

/** All texts are looked at in one go, and halved only when there is something: two texts together can be a false alarm. */
const findSecret = async (texts: readonly Text[]): Promise<Text | undefined> => {
  if (!(await looksLikeSecret(texts.map(([, text]) => text).join('\n')))) return undefined
  if (texts.length === 1) return texts[0]
  const half = Math.ceil(texts.length / 2)
  return (await findSecret(texts.slice(0, half))) ?? findSecret(texts.slice(half))
}
