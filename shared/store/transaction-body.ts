// Adds to the SDK's transactions what it leaves out: a condition on a delete, and operations that stay in the order that was given (so
// that the index in an error names the right one). It rewrites the multipart body before it is sent.
import type { TableClient } from '@azure/data-tables'
import { AppError } from '../errors.ts'

/** One operation of the body, in order. */
export type BodyOperation = { readonly rowKey: string; readonly deleteIfEtag?: string }

/** What belongs to which request: known by its abort signal, the one object that goes through the SDK unchanged. */
const operationsOf = new WeakMap<object, readonly BodyOperation[]>()

export const describeTransaction = (signal: AbortSignal, operations: readonly BodyOperation[]): void => {
  operationsOf.set(signal, operations)
}

const lineEnd = '\r\n'

/** Row keys hold neither quotes nor backslashes, so they stand in the URL and in the JSON as they are. */
const rowKeyOf = (section: string): string | undefined => {
  const [, method, url = ''] = /^([A-Z]+) (\S+) HTTP\/1\.1\r?$/m.exec(section) ?? []
  if (method === 'POST') return /"RowKey":"([^"]*)"/.exec(section)?.[1]
  return /,RowKey='([^']*)'\)/.exec(decodeURIComponent(url))?.[1]
}

/** JSON may hold these two as they stand; a server that reads the body line by line takes them for the end of a line. */
const escaped = (body: string): string =>
  body.replace(/[\u2028\u2029]/g, (separator) => (separator === '\u2028' ? String.raw`\u2028` : String.raw`\u2029`))

export const rewriteBody = (body: string, operations: readonly BodyOperation[]): string => {
  const boundary = /boundary=(changeset_[\w-]+)/.exec(body)?.[1]
  const [head = '', ...sections] = body.split(`${lineEnd}--${boundary}`)
  const end = sections.pop() ?? ''
  const byRowKey = new Map(sections.map((section) => [rowKeyOf(section), section]))
  const ordered = operations.map(({ rowKey, deleteIfEtag }) => {
    const section = byRowKey.get(rowKey)
    const result =
      deleteIfEtag === undefined ? section : section?.replace(/^If-Match: \*/im, () => `If-Match: ${deleteIfEtag}`)
    if (result === undefined || (deleteIfEtag !== undefined && deleteIfEtag !== '*' && result === section))
      throw new AppError('internal', 'The SDK wrote a transaction in an unexpected form. Nothing was sent.')
    return result
  })
  if (ordered.length !== sections.length)
    throw new AppError('internal', 'The SDK wrote an unexpected number of operations. Nothing was sent.')
  return escaped([head, ...ordered, end].join(`${lineEnd}--${boundary}`))
}

export const transactionPolicy: Parameters<TableClient['pipeline']['addPolicy']>[0] = {
  name: 'transactionBody',
  sendRequest: (request, next) => {
    const operations = request.abortSignal && operationsOf.get(request.abortSignal)
    if (operations && typeof request.body === 'string') request.body = rewriteBody(request.body, operations)
    return next(request)
  },
}
