// Names a record of another product.
import * as z from 'zod'
import { OpaqueId } from '../text/text-schema.ts'

/** The kinds of records of each product that can be read. */
export const referenceKinds = {
  psa: ['ticket'],
  crm: ['company', 'contact'],
  rmm: ['device'],
  books: ['invoice'],
  voice: ['call'],
  cmdb: ['asset'],
  defend: ['device', 'detection'],
  people: ['profile'],
} as const

type Pairs = {
  [Product in keyof typeof referenceKinds]: {
    readonly product: Product
    readonly kind: (typeof referenceKinds)[Product][number]
  }
}[keyof typeof referenceKinds]

export type ContextReference = Pairs & { readonly id: string }

const pairs = Object.entries(referenceKinds).flatMap(([product, kinds]) => kinds.map((kind) => ({ product, kind })))

const Product = z.enum(Object.keys(referenceKinds) as (keyof typeof referenceKinds)[])
const Kind = z.enum([...new Set(pairs.map(({ kind }) => kind))])

/** As it comes from a caller. */
export const ContextReference: z.ZodType<ContextReference> = z
  .strictObject({
    product: Product.describe('The product that owns the record'),
    kind: Kind,
    id: OpaqueId.describe('As the product has it'),
  })
  .refine(({ product, kind }) => pairs.some((pair) => pair.product === product && pair.kind === kind), {
    path: ['kind'],
    error: 'is no kind of record of this product',
  }) as unknown as z.ZodType<ContextReference>
