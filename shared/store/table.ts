// A table is data: its name and its kinds of rows. Kinds that change together share a table and a partition, since that is what one
// transaction can span.
import type * as z from 'zod'
import { AppError } from '../errors.ts'
import type { DataOf } from './data-of.ts'

/** The types of one kind: its value, what may be written as one, and the fields that find its partition and its row. */
export type RowTypes = {
  readonly value: object
  readonly input: object
  readonly partition: object
  readonly key: object
}

export type RowKind<Types extends RowTypes = RowTypes, Schema extends z.ZodObject = z.ZodObject> = {
  readonly schema: Schema
  readonly partitionParts: (fields: object) => readonly string[]
  readonly keyParts: (fields: object) => readonly string[]
  /** When a row written now ends, in milliseconds since 1970; undefined for never. */
  readonly keepUntil: (value: object, now: number) => number | undefined
  /** The rule behind it: so many days after its last write, for ever, or as each row says. */
  readonly keepFor: { readonly days: number } | 'forever' | 'as the row says'
  /** Whose data it is. */
  readonly dataOf: DataOf
  /** Never set: carries the types. */
  readonly types?: Types
}

export type Table<Kinds extends Readonly<Record<string, RowKind>> = Readonly<Record<string, RowKind>>> = {
  readonly name: string
  readonly kinds: Kinds
}

/**
 * The parts of a key: fields that stand for themselves, or a function of the fields. A function sees only the fields that the
 * caller of `get` gave; reading another one throws, so that a forgotten field never becomes a wrong key.
 */
type Parts<Schema extends z.ZodObject> =
  | readonly (keyof z.output<Schema> & string)[]
  | ((fields: z.output<Schema>) => readonly string[])

type FieldsOf<Given, Value> = Given extends readonly (infer Field)[] ? Pick<Value, Field & keyof Value> : Partial<Value>

type Definition<Schema extends z.ZodObject, Partition, Key> = {
  /** Strict is best: columns that newer code wrote are left out before the check. JSON values; stable when applied twice. */
  readonly schema: Schema
  /** `['tenantId']`, or `({ tenantId }) => [tenantId, 'sessions']`; the tenant first. */
  readonly partition: Partition
  /** What names the row within its partition, in sort order: `['userId']`, `({ createdAt, ref }) => [newestFirst(createdAt), ref]`,
   * or `[]` when there is one such row. */
  readonly key: Key
  /** How long after its last write; then the row reads as absent, and a timer deletes it. */
  readonly keepFor: { readonly days: number } | 'forever' | ((value: z.output<Schema>) => Date | 'forever')
  /** Whose data it is: by this it is exported and deleted (R12). */
  readonly dataOf: DataOf
}

/** The retention column, and the names that the SDK gives a meaning of its own. */
export const keepUntilColumn = 'keepUntil'
const reserved = [keepUntilColumn, 'partitionKey', 'rowKey', 'timestamp', 'PartitionKey', 'RowKey', 'Timestamp', 'etag']

const refuse = (what: string): never => {
  throw new AppError('internal', what)
}

const guarded = (fields: object): object =>
  new Proxy(fields, {
    get: (target, field) =>
      Reflect.get(target, field) ?? refuse(`The key cannot be built: ${String(field)} is missing.`),
  })

const partsFunction = (given: readonly string[] | ((fields: never) => readonly string[])) => {
  const parts =
    typeof given === 'function'
      ? (given as (fields: object) => readonly string[])
      : (fields: object) => given.map((field): unknown => Reflect.get(fields, field))
  return (fields: object): readonly string[] =>
    parts(guarded(fields)).map((part, index) =>
      typeof part === 'string' ? part : refuse(`Part ${index} of the key is not text. Convert it to text.`),
    )
}

const dayMs = 86_400_000

const keepUntilFunction =
  (keepFor: Definition<z.ZodObject, unknown, unknown>['keepFor']): RowKind['keepUntil'] =>
  (value, now) => {
    if (typeof keepFor === 'object') return now + keepFor.days * dayMs
    const end = keepFor === 'forever' ? keepFor : keepFor(value as Record<string, unknown>)
    if (end === 'forever') return undefined
    const ms = end.getTime()
    return Number.isNaN(ms) ? refuse('keepFor returned an invalid time.') : ms
  }

/** @throws AppError `internal` for a field name that cannot be a column, or a schema that lets any field pass */
export const rowKind = <
  Schema extends z.ZodObject,
  const Partition extends Parts<Schema>,
  const Key extends Parts<Schema>,
>({
  schema,
  partition,
  key,
  keepFor,
  dataOf,
}: Definition<Schema, Partition, Key>): RowKind<
  {
    readonly value: z.output<Schema>
    readonly input: z.input<Schema>
    readonly partition: FieldsOf<Partition, z.output<Schema>>
    readonly key: FieldsOf<Partition, z.output<Schema>> & FieldsOf<Key, z.output<Schema>>
  },
  Schema
> => {
  for (const field of Object.keys(schema.shape))
    if (!/^[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*$/.test(field) || field.length > 200 || reserved.includes(field))
      refuse(`A row cannot have a field named ${field}. Use letters and digits, and not ${reserved.join(' or ')}.`)
  if (schema.def.catchall && schema.def.catchall._zod.def.type !== 'never')
    refuse('A row schema must not allow unknown fields. Use z.strictObject.')
  return {
    schema,
    dataOf,
    partitionParts: partsFunction(partition),
    keyParts: partsFunction(key),
    keepFor: typeof keepFor === 'function' ? 'as the row says' : keepFor,
    keepUntil: keepUntilFunction(keepFor as Definition<z.ZodObject, unknown, unknown>['keepFor']),
  }
}

/**
 * @param name 3 to 63 letters and digits, a letter first (Azure does not tell upper from lower case)
 * @param kinds their names begin the row keys: letters and digits, at most 40
 * @throws AppError `internal` for a name that Azure would refuse
 */
export const table = <const Kinds extends Readonly<Record<string, RowKind>>>(
  name: string,
  kinds: Kinds,
): Table<Kinds> => {
  if (!/^[A-Za-z][A-Za-z0-9]{2,62}$/.test(name) || name.toLowerCase() === 'tables')
    refuse(`"${name}" cannot name a table. Use 3 to 63 letters and digits, starting with a letter.`)
  for (const kind of Object.keys(kinds))
    if (!/^[A-Za-z][A-Za-z0-9]{0,39}$/.test(kind) || kind === 'transaction')
      refuse(`"${kind}" cannot name a kind of row in ${name}. Use at most 40 letters and digits, not "transaction".`)
  return { name, kinds }
}
