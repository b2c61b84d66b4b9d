// One request to the Durable HTTP API, and how it is answered.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DurableOptions } from './durable-options.ts'
import type { Engine } from './engine.ts'

export type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly engine: Engine
  readonly options: DurableOptions
  readonly body: Buffer
}

/** What the caller did wrong: a 400. */
export class BadRequestError extends Error {
  override readonly name = 'BadRequestError'
}

export const writeJson = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void => {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    ...headers,
  })
  response.end(bytes)
}

/** In the shape of ASP.NET's HttpError. */
export const writeProblem = (response: ServerResponse, status: number, message: string): void =>
  writeJson(response, status, { Message: message })

/** JSON of the body, undefined when it is empty. */
export const jsonBody = ({ body }: Exchange): string | undefined => {
  if (body.length === 0) return undefined
  try {
    return JSON.stringify(JSON.parse(body.toString('utf8')))
  } catch (error) {
    throw new BadRequestError('Invalid JSON content', { cause: error })
  }
}

export const flag = (url: URL, name: string): boolean | undefined => {
  const value = parameter(url, name)?.toLowerCase()
  return value === 'true' || value === 'false' ? value === 'true' : undefined
}

/** Names of query parameters compare without case, as in ASP.NET. */
export const parameter = (url: URL, name: string): string | undefined =>
  [...url.searchParams].find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
