// Every kind of record that can be read as context, by product.
import type { RecordKind } from './kind.ts'
import { psaKinds } from './psa.ts'
import type { ContextReference, referenceKinds } from './reference.ts'

type Kinds = {
  readonly [Product in keyof typeof referenceKinds]: Readonly<
    Record<(typeof referenceKinds)[Product][number], RecordKind>
  >
}

const kinds: Kinds = { psa: psaKinds }

export const kindOf = ({ product, kind }: ContextReference): RecordKind =>
  (kinds[product] as Readonly<Record<string, RecordKind>>)[kind] as RecordKind
