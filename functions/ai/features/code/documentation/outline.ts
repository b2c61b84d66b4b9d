// What each kind of documentation has a section for, and which facts or sentences of the sources belong there.
import type { DocumentKind } from './contract.ts'
import type { FactKind } from './read-fact.ts'

export type Section = { readonly heading: string } & (
  | { readonly facts: readonly FactKind[] }
  /** Words by which sentences of the texts are chosen. */
  | { readonly said: string }
  | { readonly files: 'by-folder' | 'uses' | 'most-used' }
)

const purpose: Section = {
  heading: 'What it is',
  said: 'purpose application service product overview provides lets users',
}
const runsOn: Section = { heading: 'What it runs on', facts: ['runtime', 'image', 'port'] }
const libraries: Section = { heading: 'Libraries', facts: ['library'] }
const endpoints: Section = { heading: 'Endpoints', facts: ['endpoint'] }
const tables: Section = { heading: 'Tables', facts: ['table'] }
const settings: Section = { heading: 'Settings', facts: ['setting'] }
const commands: Section = { heading: 'Commands', facts: ['command'] }
const peers: Section = { heading: 'Hosts that it names', facts: ['host'] }
const mostUsed: Section = { heading: 'Files that most others use', files: 'most-used' }

export const outlines: Readonly<Record<DocumentKind, readonly Section[]>> = {
  architecture: [
    purpose,
    { heading: 'Parts', files: 'by-folder' },
    { heading: 'What uses what', files: 'uses' },
    mostUsed,
    endpoints,
    tables,
    peers,
    runsOn,
    libraries,
    { heading: 'Decisions', said: 'decision decided because chose chosen instead trade-off alternative rationale adr' },
  ],
  api: [
    endpoints,
    { heading: 'What it exports', facts: ['export'] },
    {
      heading: 'What is written about it',
      said: 'endpoint api request response parameter returns error status header rate limit',
    },
    { heading: 'Who may call', facts: ['access'] },
  ],
  database: [
    tables,
    { heading: 'Relations', facts: ['relation'] },
    { heading: 'What may be personal or secret, by its name', facts: ['sensitive'] },
    {
      heading: 'What is written about it',
      said: 'table column database index migration transaction key unique schema constraint query row',
    },
  ],
  deployment: [
    {
      heading: 'What is written about it',
      said: 'deploy deployment release rollback build pipeline environment staging production hosted',
    },
    { heading: 'Pipelines', facts: ['pipeline'] },
    commands,
    runsOn,
    { heading: 'Resources', facts: ['resource'] },
    settings,
  ],
  onboarding: [
    purpose,
    {
      heading: 'How to begin',
      said: 'install setup start run requires prerequisites getting started clone local development test',
    },
    runsOn,
    commands,
    settings,
    { heading: 'Where the code is', files: 'by-folder' },
    mostUsed,
  ],
  'data-flow': [
    { heading: 'Where data enters', facts: ['endpoint', 'port'] },
    { heading: 'Where it is stored', facts: ['table'] },
    { heading: 'Where it may leave: hosts that are named', facts: ['host'] },
    { heading: 'What may be personal or secret, by its name', facts: ['sensitive', 'secret-setting'] },
    {
      heading: 'What is written about it',
      said: 'data import export stored sends receives queue event message file upload sync webhook personal',
    },
  ],
  security: [
    { heading: 'How callers are known, in the code', facts: ['access'] },
    { heading: 'Settings that hold secrets', facts: ['secret-setting'] },
    { heading: 'Data that may be personal or secret, by its name', facts: ['sensitive'] },
    { heading: 'Endpoints that can be asked', facts: ['endpoint'] },
    {
      heading: 'What is written about it',
      said: 'authentication authorization permission role secret encrypted vulnerability security password token certificate audit weakness',
    },
  ],
  handoff: [
    purpose,
    { heading: 'Open work', facts: ['open-work'] },
    {
      heading: 'Risks that are written down',
      said: 'known issue risk deprecated legacy workaround outdated unsupported broken missing vulnerability end of life',
    },
    mostUsed,
    { heading: 'Access that is needed: secrets', facts: ['secret-setting'] },
    { heading: 'Access that is needed: hosts', facts: ['host'] },
    runsOn,
    commands,
    libraries,
  ],
}
