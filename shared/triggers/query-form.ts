// The second way in of a function whose path has ids: the same with the ids in the query, where they may hold any character.
import type { EventsReply, HttpDefinition, HttpInput, Reply } from './http.ts'

/** Each definition, and after it its query form if it has one. */
export const withQueryForms = <D extends { readonly kind: string }>(
  definitions: readonly D[],
): readonly (D | HttpDefinition)[] =>
  definitions.flatMap((definition): readonly (D | HttpDefinition)[] =>
    isHttp(definition) && definition.queryRoute !== undefined
      ? [definition, queryForm(definition, definition.queryRoute)]
      : [definition],
  )

const isHttp = (definition: { readonly kind: string }): definition is HttpDefinition => definition.kind === 'http'

const queryForm = ({ params, queryRoute: _route, ...definition }: HttpDefinition, route: string): HttpDefinition => ({
  ...definition,
  name: `${definition.name}-by-query`,
  pathForm: definition.name,
  route,
  summary: `${definition.summary}. Takes the ids from the query, where they may contain a slash`,
  ...(params && { query: params }),
  handler: (input: HttpInput<never, never, never, never>): Promise<Reply | EventsReply> | Reply | EventsReply =>
    definition.handler({ ...input, params: input.query, query: undefined as never }),
})

/** What a limit counts, and a repetition repeats: the same for both ways into a function. */
export const operationOf = ({ name, pathForm }: HttpDefinition): string => pathForm ?? name

/** How it is called by query: `PUT /api/code/clients?clientId=…`. Undefined for one without such a form. */
export const queryFormOf = ({ method, route, queryRoute }: HttpDefinition): string | undefined =>
  queryRoute === undefined
    ? undefined
    : `${method} /api/${queryRoute}?${paramNamesOf(route)
        .map((name) => `${name}=…`)
        .join('&')}`

const paramNamesOf = (route: string): readonly string[] => [...route.matchAll(/\{(\w+)/g)].map(([, name = '']) => name)
