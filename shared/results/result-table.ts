// What is kept of a result: how far it has come, and what is to be written until the product has it.
import * as z from 'zod'
import { effectStates } from '../effects/effect-row.ts'
import type { Pending } from '../store/pending.ts'
import { type table, rowKind } from '../store/table.ts'

/** The one kind of rows of a table of results. */
export const resultKind = <Draft extends z.ZodType>(draft: Draft) =>
  rowKind({
    schema: z.strictObject({
      tenantId: z.string(),
      /** The reference under which it stands in the product. */
      ref: z.string(),
      createdAt: z.iso.datetime(),
      /** As the product calls what it is about. */
      subjectId: z.string(),
      /** Empty for none. */
      clientId: z.string(),
      state: z.enum(effectStates),
      draft: draft.optional(),
      made: z.strictObject({ asOf: z.iso.datetime() }).optional(),
    }),
    partition: ['tenantId'],
    key: ['ref'],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'], client: ['clientId'], leadsTo: { reference: ['ref'] } },
  })

export type ResultTables<Draft extends z.ZodType> = {
  readonly table: ReturnType<typeof table<{ readonly result: ReturnType<typeof resultKind<Draft>> }>>
  /** Of results that were begun, by their references. */
  readonly unfinished: Pending
}

export type ResultRow<Draft> = {
  readonly tenantId: string
  readonly ref: string
  readonly createdAt: string
  readonly subjectId: string
  readonly clientId: string
  readonly state: (typeof effectStates)[number]
  readonly draft?: Draft | undefined
  readonly made?: { readonly asOf: string } | undefined
}
