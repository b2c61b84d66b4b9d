// Tables with their columns, of SQL and Prisma; endpoints of OpenAPI documents in YAML.
import { type FileRead, type ReadFact, code } from './read-fact.ts'

type Table = { readonly name: string; readonly columns: string[]; readonly relations: string[] }

const columnsMax = 40
/** Of a file: no database of a client has more, and nobody reads on. */
const tablesMax = 500

export const tableFacts = (file: FileRead): readonly ReadFact[] => {
  const tables = /\.prisma$/i.test(file.path) ? prismaTables(file) : sqlTables(file)
  return tables.flatMap(({ name, columns, relations }) => [
    { kind: 'table', text: `${code(name)}${columns.length === 0 ? '' : `: ${listed(columns)}`}` },
    ...relations.map((other): ReadFact => ({ kind: 'relation', text: `${code(name)} refers to ${code(other)}` })),
    ...columns
      .filter((column) => sensitive.test(column))
      .map((column): ReadFact => ({ kind: 'sensitive', text: code(`${name}.${column}`) })),
  ])
}

const listed = (columns: readonly string[]): string => {
  const more = columns.length - columnsMax
  return `${columns.slice(0, columnsMax).map(code).join(', ')}${more > 0 ? `, and ${more} more` : ''}`
}

/** By their names alone. */
const sensitive =
  /e_?mail|phone|mobile|birth|first_?name|last_?name|surname|full_?name|street|address|iban|card|tax_?id|ssn|passport|salary|gender|health|password|secret|token/i

const created = /\bcreate table (?:if not exists )?(?:["`[]?\w{1,80}["`\]]?\.)?["`[]?(\w{1,80})["`\]]?/i
const column = /^\s{0,12}["`[]?(\w{1,80})["`\]]?\s{1,12}[a-z]\w{1,40}/i
const noColumn =
  /^\s{0,12}(?:primary|foreign|unique|constraint|check|key|index|create|alter|insert|drop|references|on|go|comment)\b/i
const reference = /\breferences (?:["`[]?\w{1,80}["`\]]?\.)?["`[]?(\w{1,80})/i

/** Statements with a column a line, as tools write them. */
const sqlTables = ({ lines }: FileRead): readonly Table[] => {
  const tables: Table[] = []
  let open: Table | undefined
  for (const line of lines) {
    const [, name] = created.exec(line) ?? []
    if (name !== undefined) {
      if (tables.length === tablesMax) break
      open = { name, columns: [], relations: [] }
      tables.push(open)
      continue
    }
    if (!open) continue
    const [, other] = reference.exec(line) ?? []
    if (other !== undefined) open.relations.push(other)
    const [, said] = noColumn.test(line) ? [] : (column.exec(line) ?? [])
    if (said !== undefined) open.columns.push(said)
    if (/^\s{0,12}\)/.test(line) || line.includes(';')) open = undefined
  }
  return tables
}

const prismaTables = ({ lines }: FileRead): readonly Table[] => {
  const tables: Table[] = []
  let open: Table | undefined
  for (const line of lines) {
    const [, name] = /^model (\w{1,80}) \{/.exec(line) ?? []
    if (name !== undefined) {
      if (tables.length === tablesMax) break
      open = { name, columns: [], relations: [] }
      tables.push(open)
    } else if (line.startsWith('}')) open = undefined
    else if (open) {
      const [, field, type] = /^\s{1,12}(\w{1,80})\s{1,40}(\w{1,80})/.exec(line) ?? []
      if (field !== undefined && line.includes('@relation(')) open.relations.push(type ?? field)
      else if (field !== undefined) open.columns.push(field)
    }
  }
  return tables
}

const method = /^\s{2,12}(get|post|put|patch|delete):/

export const openApiFacts = ({ lines }: FileRead): readonly ReadFact[] => {
  if (!lines.some((line) => /^(?:openapi|swagger):/.test(line))) return []
  const facts: ReadFact[] = []
  let path: string | undefined
  for (const line of lines) {
    const [, named] = /^\s{1,8}["']?(\/[^\s"':]{0,200})["']?:/.exec(line) ?? []
    if (named !== undefined) path = named
    const [, verb] = method.exec(line) ?? []
    if (verb !== undefined && path !== undefined)
      facts.push({ kind: 'endpoint', text: code(`${verb.toUpperCase()} ${path}`) })
  }
  return facts
}
