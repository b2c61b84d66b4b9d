// That every kind of row says whose data it is, in words that its schema knows.
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { tables } from '../../../functions/apps/tables.ts'

const kinds = tables.flatMap(({ name, kinds: own }) =>
  Object.entries(own).map(([kind, definition]) => [`${name}.${kind}`, definition] as const),
)

const inner = (schema: unknown): unknown => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return inner(schema.unwrap())
  return schema instanceof z.ZodArray ? inner(schema.element) : schema
}

const isText = (schema: unknown, [name, ...rest]: readonly string[]): boolean => {
  const plain = inner(schema)
  if (name === undefined) return plain instanceof z.ZodString || plain instanceof z.ZodStringFormat
  return plain instanceof z.ZodObject && isText(plain.shape[name], rest)
}

const namesOfIds = /(?:^|\.)(?:tenantId|clientId|client_id|userId|owner)$/
const namesOfActors = /(?:^|\.)(?:by|actor|\w+By)$/

/** Every member of a row, of what is in it as well. */
const pathsOf = (schema: unknown, path: string): readonly string[] => {
  const plain = inner(schema)
  if (!(plain instanceof z.ZodObject)) return [path]
  return Object.entries(plain.shape).flatMap(([name, member]) =>
    pathsOf(member, path === '' ? name : `${path}.${name}`),
  )
}

describe.each(kinds)('%s', (kind, { dataOf, schema }) => {
  const { tenant, client, person, names, secret, through, leadsTo } = {
    tenant: [],
    client: [],
    person: [],
    names: [],
    secret: [],
    through: {},
    leadsTo: {},
    ...dataOf,
  }
  const all = [tenant, client, person, names, secret, ...Object.values(through), ...Object.values(leadsTo)].flat()

  it('says whose data it is, or why it is nobody’s', () => {
    if ('nobody' in dataOf) expect(dataOf.nobody.length).toBeGreaterThan(5)
    else expect(tenant.length).toBeGreaterThan(0)
  })

  it('names members that it has, and that are texts', () => {
    expect(all.filter((path) => !isText(schema, path.split('.')))).toEqual([])
  })

  it('says so of every member that is called like the id of an organization, a client or a person', () => {
    const said = new Set<string>([...tenant, ...client, ...person, ...names])
    const called = pathsOf(schema, '').filter((path) => namesOfIds.test(path) || namesOfActors.test(path))
    const known = (path: string): boolean => said.has(path) || toldElsewhere.has(`${kind}.${path}`)
    expect(called.filter((path) => !known(path))).toEqual([])
  })
})

/** With the reason. */
const toldElsewhere = new Set([
  // What CMDB was told: the repository says whose profile it is.
  'codeAppProfiles.profile.asset.clientId',
  'codeAppProfiles.profile.draft.clientId',
  // A speaker of the call, as Voice calls them: no id.
  'aiRecaps.result.draft.actionItems.owner',
  // A key.
  'integrationKeys.key.replacedBy',
])
