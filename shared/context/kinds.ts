// Every kind of record that can be read as context, by product.
import type { RecordKind } from './kind.ts'
import { booksKinds } from './books.ts'
import { cmdbKinds } from './cmdb.ts'
import { crmKinds } from './crm.ts'
import { defendKinds } from './defend.ts'
import { peopleKinds } from './people.ts'
import { psaKinds } from './psa.ts'
import { rmmKinds } from './rmm.ts'
import { voiceKinds } from './voice.ts'
import type { ContextReference, referenceKinds } from './reference.ts'

type Kinds = {
  readonly [Product in keyof typeof referenceKinds]: Readonly<
    Record<(typeof referenceKinds)[Product][number], RecordKind>
  >
}

const kinds: Kinds = {
  psa: psaKinds,
  crm: crmKinds,
  rmm: rmmKinds,
  books: booksKinds,
  voice: voiceKinds,
  cmdb: cmdbKinds,
  defend: defendKinds,
  people: peopleKinds,
}

export const kindOf = ({ product, kind }: ContextReference): RecordKind =>
  (kinds[product] as Readonly<Record<string, RecordKind>>)[kind] as RecordKind
