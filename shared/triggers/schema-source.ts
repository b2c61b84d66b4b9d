// Where a definition has a schema from: the schema itself, or a function that loads it for the first call that needs it. Building the
// schemas of a whole app takes tens of milliseconds, which a cold start should not pay for calls that nobody has made yet.
import type * as z from 'zod'

/** `z.object({ … })`, or `async () => (await import('./contract.ts')).Ticket`. */
export type SchemaSource<Schema extends z.ZodType = z.ZodType> = Schema | (() => Promise<Schema>)

/** The schema's type, whichever way it is given. */
export type SchemaOf<Source extends SchemaSource> = Source extends z.ZodType
  ? Source
  : Source extends () => Promise<infer Schema extends z.ZodType>
    ? Schema
    : never

const loaded = new WeakMap<() => Promise<z.ZodType>, Promise<z.ZodType>>()

/** The schema, loaded once. Rejects with what its loader throws. */
export const schemaOf = async <Schema extends z.ZodType>(source: SchemaSource<Schema>): Promise<Schema> => {
  if (typeof source !== 'function') return source
  const schema = loaded.get(source) ?? source()
  loaded.set(source, schema)
  return schema as Promise<Schema>
}

/** A schema, what loads it, or the name by which a contract (a module of schemas) exports it. */
export type NamedSchema<Contract> = SchemaSource | NamesIn<Contract>

type NamesIn<Contract> = { [Name in keyof Contract]: Contract[Name] extends z.ZodType ? Name : never }[keyof Contract]

/** The schema's type, whichever way it is given. */
export type SchemaNamed<Contract, Given> = Given extends keyof Contract
  ? Extract<Contract[Given], z.ZodType>
  : Given extends SchemaSource
    ? SchemaOf<Given>
    : never

/** @throws Error for a name without a contract: its definition is wrong */
export const sourceOf = <Contract>(
  contract: (() => Promise<Contract>) | undefined,
  given: NamedSchema<Contract>,
): SchemaSource => {
  if (typeof given !== 'string') return given as SchemaSource
  if (!contract) throw new Error(`There is no contract that exports ${given}. Say which it is.`)
  return async () => (await contract())[given as keyof Contract] as z.ZodType
}
