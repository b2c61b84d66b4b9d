// A kind of record that can be read as context: how it is read, and how it is told as facts.
import type { UserRead } from '../peers/user-read/user-read.ts'
import type { Services } from '../services.ts'
import type { ContextReader, Fact } from './context.ts'

export type Told = {
  readonly title: string
  readonly url: string
  /** In any number and length: they are brought within limits later. */
  readonly facts: readonly Fact[]
  /** Something was left out that the product had. */
  readonly isCut?: boolean
}

type Shape<Record> = {
  /** As a person calls it, with its article left out: `PSA ticket`. */
  readonly name: string
  readonly read: (products: Services['forReading'], reader: ContextReader, id: string) => Promise<UserRead<Record>>
  readonly tell: (record: Record) => Told
}

export type RecordKind = {
  readonly name: string
  readonly read: (products: Services['forReading'], reader: ContextReader, id: string) => Promise<UserRead<Told>>
}

/** Reading and telling in one: what is read of a record is nobody else's matter. */
export const recordKind = <Record>({ name, read, tell }: Shape<Record>): RecordKind => ({
  name,
  read: async (products, reader, id) => {
    const found = await read(products, reader, id)
    return found.outcome === 'read' ? { outcome: 'read', record: tell(found.record) } : found
  },
})
