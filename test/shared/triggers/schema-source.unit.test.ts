// A definition names the schemas of its contract.
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { schemaOf, sourceOf } from '../../../shared/triggers/schema-source.ts'

const contract = { Ticket: z.object({ id: z.string() }), Page: z.object({ limit: z.number() }), limit: 5 }

describe('a schema that a definition names', () => {
  it('is that of the contract, which nobody loads before the schema is asked for', async () => {
    let loads = 0
    const source = sourceOf(async () => {
      loads += 1
      return contract
    }, 'Page')
    expect(loads).toBe(0)
    expect(await schemaOf(source)).toBe(contract.Page)
    expect(await schemaOf(source)).toBe(contract.Page)
    expect(loads).toBe(1)
  })

  it('is the one that was given, or loaded, without a contract', async () => {
    expect(await schemaOf(sourceOf(undefined, contract.Ticket))).toBe(contract.Ticket)
    expect(await schemaOf(sourceOf(undefined, async () => contract.Ticket))).toBe(contract.Ticket)
  })

  it('needs a contract: without one the definition is refused', () => {
    expect(() => sourceOf<typeof contract>(undefined, 'Ticket')).toThrow('There is no contract that exports Ticket.')
  })
})
