import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { strictSchemaFault } from '../../../../local/models/strict-schema.ts'
import { wireSchemaOf } from '../../../../shared/ai/providers/wire-schema.ts'

const Ticket = z.strictObject({
  title: z.string().min(1).max(80),
  priority: z.enum(['low', 'high']),
  due: z.iso.datetime().optional(),
  parts: z.array(z.strictObject({ name: z.string(), count: z.int().min(0).optional() })).max(5),
  owner: z.union([z.strictObject({ id: z.string() }), z.null()]),
})

describe('a schema for a wire', () => {
  it('is one that strict mode takes, whatever ours says', () => {
    const schema = z.toJSONSchema(Ticket) as Record<string, unknown>
    expect(strictSchemaFault(schema)).toBeDefined()
    expect(strictSchemaFault(wireSchemaOf(schema, 'openai'))).toBeUndefined()
  })

  it('asks for null where ours lets something be left out, at every depth', () => {
    const { properties } = wireSchemaOf(z.toJSONSchema(Ticket) as Record<string, unknown>, 'openai') as {
      properties: Record<
        string,
        { anyOf?: unknown[]; items?: { properties: Record<string, unknown>; required: string[] } }
      >
    }
    const words = expect.stringContaining('format: "date-time"') as string
    expect(properties['due']).toEqual({ anyOf: [{ type: 'string', description: words }, { type: 'null' }] })
    expect(properties['parts']?.items?.required).toEqual(['name', 'count'])
    const least = expect.stringContaining('minimum: 0') as string
    expect(properties['parts']?.items?.properties['count']).toEqual({
      anyOf: [{ type: 'integer', description: least }, { type: 'null' }],
    })
    expect(properties['title']).toEqual({ type: 'string', description: '(minLength: 1, maxLength: 80)' })
  })

  it('leaves optional what is, for Anthropic, and keeps the limits that it takes', () => {
    const schema = wireSchemaOf(z.toJSONSchema(Ticket) as Record<string, unknown>, 'anthropic')
    expect(schema).toMatchObject({
      required: ['title', 'priority', 'parts', 'owner'],
      additionalProperties: false,
      properties: { due: { format: 'date-time' } },
    })
    expect(JSON.stringify(schema)).not.toMatch(/"(?:maxLength|minLength|minimum|maximum|maxItems|pattern)":/)
  })

  it.each([
    ['a list', { type: 'array', items: { type: 'string' } }],
    [
      'an object with any members',
      { type: 'object', properties: { facts: { type: 'object', additionalProperties: { type: 'string' } } } },
    ],
    ['an object without properties', { type: 'object' }],
    ['anything', z.toJSONSchema(z.object({ a: z.unknown() }))],
    ['501 values', z.toJSONSchema(z.object({ a: z.enum(Array.from({ length: 501 }, (_, at) => `v${at}`)) }))],
    [
      'six levels',
      z.toJSONSchema(z.object({ a: z.object({ a: z.object({ a: z.object({ a: z.object({ a: z.object({}) }) }) }) }) })),
    ],
  ] as [string, Record<string, unknown>][])('is not to be had for %s', (_, schema) => {
    expect(wireSchemaOf(schema, 'openai')).toBeUndefined()
  })
})

describe('a schema that a caller has written', () => {
  const object = { type: 'object' } as const

  it.each([
    ['a property that is null', { ...object, properties: { a: null } }],
    ['a property that is no schema', { ...object, properties: { a: 'text' } }],
    ['a property that is true', { ...object, properties: { a: true } }],
    ['a choice that is null', { ...object, properties: {}, anyOf: [null] }],
    ['properties that are none', { ...object, properties: 7 }],
    ['properties in a list', { ...object, properties: [null] }],
  ])('is not sent as the form of a wire with %s, and fails nothing', (_, schema) => {
    expect(wireSchemaOf(schema, 'openai')).toBeUndefined()
    expect(wireSchemaOf(schema, 'anthropic')).toBeUndefined()
  })

  it('requires nothing when it does not say what in a list', () => {
    const schema = { ...object, properties: { a: { type: 'string' } }, required: 5 }
    expect(wireSchemaOf(schema, 'anthropic')).toMatchObject({ required: [] })
    expect(wireSchemaOf(schema, 'openai')).toMatchObject({ required: ['a'] })
  })
})
