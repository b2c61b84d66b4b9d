import { describe, expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod'
import { anyone } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'
import { schemaOf } from '../../../shared/triggers/schema-source.ts'

const Ticket = z.strictObject({ id: z.string().transform(Number) })

describe('the schema of a definition', () => {
  it('is what stands there', async () => {
    expect(await schemaOf(Ticket)).toBe(Ticket)
  })

  it('is loaded by the first who asks, and only then', async () => {
    let times = 0
    const load = async (): Promise<typeof Ticket> => {
      times += 1
      return z.strictObject({ id: z.string().transform(Number) })
    }
    expect(times).toBe(0)
    const [first, second] = await Promise.all([schemaOf(load), schemaOf(load)])
    expect(await schemaOf(load)).toBe(first)
    expect(second).toBe(first)
    expect(times).toBe(1)
  })

  it('gives its types to the handler, whichever way it stands there', () => {
    const definition = {
      name: 'sample',
      method: 'POST',
      route: 'sample',
      summary: 'A sample',
      callers: [anyone],
    } as const
    http({
      ...definition,
      query: Ticket,
      body: async () => Ticket,
      returns: { 200: async () => Ticket, 404: z.string() },
      handler: ({ query, body, params }) => {
        expectTypeOf(query).toEqualTypeOf<{ id: number }>()
        expectTypeOf(body).toEqualTypeOf<{ id: number }>()
        expectTypeOf(params).toEqualTypeOf<undefined>()
        return { status: 200, body: { id: String(body.id) } }
      },
    })
    http({
      ...definition,
      returns: { 200: async () => Ticket },
      // @ts-expect-error: what goes into the schema is text
      handler: () => ({ status: 200, body: { id: 7 } }),
    })
    http({
      ...definition,
      returns: { 200: async () => Ticket },
      // @ts-expect-error: no such answer is declared
      handler: () => ({ status: 201, body: { id: '7' } }),
    })
  })
})
