// What the readers of files are given, and what they say.

export type FactKind =
  | 'endpoint'
  | 'export'
  | 'table'
  | 'relation'
  | 'sensitive'
  | 'setting'
  | 'secret-setting'
  | 'command'
  | 'runtime'
  | 'library'
  | 'image'
  | 'port'
  | 'pipeline'
  | 'resource'
  | 'host'
  | 'access'
  | 'open-work'

/** Something that stands in a source, in Markdown of one line. */
export type ReadFact = { readonly kind: FactKind; readonly text: string }

/** A file as its readers get it: `lines` without those that are too long to have been written by a person. */
export type FileRead = { readonly path: string; readonly lines: readonly string[]; readonly text: string }

/** A name as code; what comes from a file cannot end it. */
export const code = (text: string): string => `\`${text.replaceAll('`', "'").trim()}\``
