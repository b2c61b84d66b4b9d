// The layers of shared/: a folder, or a file that stands for itself, imports only what lies below it.

/** From the bottom to the top. Within a folder, files may import each other. */
export const layers = [
  'error-codes',
  'error-table.ts',
  'errors.ts',
  'text',
  'command-line.ts',
  'pool.ts',
  'once.ts',
  'deadline.ts',
  'schema',
  'telemetry',
  'web',
  'peer-client',
  'peers',
  'config',
  'integrations.ts',
  'store',
  'http',
  'auth',
  'secrets',
  'audit-log',
  'bus',
  'tenants',
  'incidents',
  'ai',
  'data-rights',
  'peer-connections.ts',
  'services.ts',
  'context',
  'effects',
  'clients',
  'enrichment',
  'flows',
  'triggers',
  'features',
  'results',
] as const

export type Import = { readonly from: string; readonly to: string }

/** Stand-ins are programs of their own: what they may know is another rule. */
const isStandIn = (path: string): boolean => /^shared\/peers\/[^/]+\/stand-in\//.test(path)

const levelOf = (path: string): number => layers.findIndex((layer) => layer === path.split('/')[1])

/** What is wrong with the imports, each in a sentence that says what may be imported instead. Paths are those in the project. */
export const upwardImports = (imports: readonly Import[]): readonly string[] =>
  imports
    .filter(({ from, to }) => from.startsWith('shared/') && to.startsWith('shared/') && !isStandIn(from))
    .flatMap(({ from, to }) => {
      const [level, other] = [levelOf(from), levelOf(to)]
      const unknown = [from, to].filter((path) => levelOf(path) === -1)
      if (unknown.length > 0)
        return unknown.map((path) => `${path} is in no layer of shared/. Add it to test/layers.ts.`)
      if (other <= level) return []
      const below = layers.slice(0, level).join(', ') || 'nothing of shared/'
      return [`${from} must not import ${to}, which lies above it. ${layers[level]} may import ${below}.`]
    })
