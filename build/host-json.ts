// The host.json of one Function App: the project's, without what nothing in the app uses.
import type { FunctionApp } from '../functions/apps/function-app.ts'

export type HostJson = {
  readonly extensions: Readonly<Record<string, unknown>>
  readonly [other: string]: unknown
}

type Definition = FunctionApp['definitions'][number]

/** Which functions make use of an extension; one that is not named here is kept. */
const users: Readonly<Record<string, (definition: Definition) => boolean>> = {
  http: ({ kind }) => kind === 'http',
  durableTask: (definition) =>
    definition.kind === 'orchestration' ||
    definition.kind === 'activity' ||
    ('flows' in definition && definition.flows),
  serviceBus: ({ kind }) => kind === 'subscriber' || kind === 'command',
}

export const hostJsonFor = (project: HostJson, definitions: readonly Definition[]): HostJson => ({
  ...project,
  extensions: Object.fromEntries(
    Object.entries(project.extensions).filter(([name]) => {
      const uses = users[name]
      return uses === undefined || definitions.some(uses)
    }),
  ),
})
