// What GitHub's own language service finds wrong with a workflow: its schema, and its reading of expressions. It asks nobody.
import { randomUUID } from 'node:crypto'
import { registerHooks } from 'node:module'
import { TextDocument } from 'vscode-languageserver-textdocument'

/** @param name `ci.yml` */
export const faultsOf = async (name: string, text: string): Promise<readonly string[]> => {
  const { validate } = await languageService()
  // It keeps what it found for an address, whatever the text is then.
  const uri = `file:///${randomUUID()}/.github/workflows/${name}`
  const found = await validate(TextDocument.create(uri, 'yaml', 1, text))
  return found.map(
    ({ range, message }) => `${name}:${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`,
  )
}

/** Its packages import JSON without saying so, which Node.js refuses (https://github.com/actions/languageservices). */
const languageService = async () => {
  const hooks = registerHooks({
    load: (url, context, next) =>
      next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
  })
  try {
    return await import('@actions/languageservice')
  } finally {
    hooks.deregister()
  }
}
