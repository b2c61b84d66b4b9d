import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { strictSchemaFault } from '../../../../local/models/strict-schema.ts'
import { strictSchemaOf } from '../../../../shared/ai/providers/strict-schema.ts'

const Ticket = z.strictObject({
  title: z.string().min(1).max(80),
  priority: z.enum(['low', 'high']),
  due: z.iso.datetime().optional(),
  parts: z.array(z.strictObject({ name: z.string(), count: z.int().min(0).optional() })).max(5),
  owner: z.union([z.strictObject({ id: z.string() }), z.null()]),
})

describe('a schema for the strict mode of providers', () => {
  it('is one that they take, whatever ours says', () => {
    const schema = z.toJSONSchema(Ticket) as Record<string, unknown>
    expect(strictSchemaFault(schema)).toBeDefined()
    expect(strictSchemaFault(strictSchemaOf(schema))).toBeUndefined()
  })

  it('asks for null where ours lets something be left out, at every depth', () => {
    const { properties } = strictSchemaOf(z.toJSONSchema(Ticket) as Record<string, unknown>) as {
      properties: Record<
        string,
        { anyOf?: unknown[]; items?: { properties: Record<string, unknown>; required: string[] } }
      >
    }
    expect(properties['due']).toEqual({ anyOf: [{ type: 'string' }, { type: 'null' }] })
    expect(properties['parts']?.items?.required).toEqual(['name', 'count'])
    expect(properties['parts']?.items?.properties['count']).toEqual({ anyOf: [{ type: 'integer' }, { type: 'null' }] })
    expect(properties['title']).toEqual({ type: 'string' })
  })

  it.each([
    ['a list', { type: 'array', items: { type: 'string' } }],
    [
      'an object with any members',
      { type: 'object', properties: { facts: { type: 'object', additionalProperties: { type: 'string' } } } },
    ],
    ['an object without properties', { type: 'object' }],
  ])('is not to be had for %s', (_, schema) => {
    expect(strictSchemaOf(schema)).toBeUndefined()
  })
})
