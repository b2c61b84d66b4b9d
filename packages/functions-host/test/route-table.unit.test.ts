import { describe, expect, it } from 'vitest'
import { createRouteTable } from '../src/route-table.ts'

const tableOf = (
  prefix: string,
  routes: ReadonlyArray<readonly [name: string, route: string, ...methods: string[]]>,
) => {
  const table = createRouteTable<string>(prefix)
  for (const [functionName, route, ...methods] of routes)
    table.add({ functionName, route, methods: methods.length > 0 ? methods : ['GET'], target: functionName })
  return table
}

describe('the table of routes', () => {
  it('takes the first function by name, whatever the order of registration and the case of the names', () => {
    const table = tableOf('', [
      ['c', 'x/fixed'],
      ['B', 'x/{id}'],
      ['a', 'y'],
    ])
    expect(table.find('GET', '/x/fixed')).toEqual({ target: 'B', values: { id: 'fixed' } })
  })

  it('sorts names as .NET does without case: "_" and "-" by their code, letters as capitals', () => {
    const table = tableOf('', [
      ['a_', '{x}'],
      ['aB', '{y}'],
      ['a-', '{z}'],
    ])
    expect(table.find('GET', '/1')?.target).toBe('a-')
  })

  it('goes on to the next function when a constraint or the method does not fit', () => {
    const table = tableOf('api', [
      ['a', 'x/{id:int}'],
      ['b', 'x/{id}', 'POST'],
      ['c', 'x/{*rest}'],
    ])
    expect([
      table.find('GET', '/api/x/1')?.target,
      table.find('POST', '/api/x/1')?.target,
      table.find('GET', '/api/x/y')?.target,
    ]).toEqual(['a', 'b', 'c'])
  })

  it.each(['admin', 'admin/x', 'Administration', 'runtime/webhooks', 'runtimes'])('refuses the route "%s"', (route) => {
    expect(() => tableOf('api', [['a', route]])).toThrow('conflicts with one or more built in routes')
  })

  it('refuses a route that another function has for the same method, and names that function', () => {
    expect(() =>
      tableOf('api', [
        ['first', 'Orders', 'GET', 'POST'],
        ['second', 'orders', 'POST'],
      ]),
    ).toThrow('defined by function "first"')
  })

  it('tells of a function that an earlier name hides', () => {
    const table = tableOf('api', [
      ['get-item', 'items/{id}'],
      ['list-recent', 'items/recent'],
    ])
    expect(table.hiddenRoutes()).toEqual([expect.stringMatching(/"get-item".*\/api\/items\/recent.*"list-recent"/)])
  })

  it.each<[string, ReadonlyArray<readonly [string, string, ...string[]]>]>([
    [
      'a literal has the earlier name',
      [
        ['a', 'items/recent'],
        ['b', 'items/{id}'],
      ],
    ],
    [
      'a constraint keeps them apart',
      [
        ['a', 'items/{id:int}'],
        ['b', 'items/recent'],
      ],
    ],
    [
      'the methods differ',
      [
        ['a', 'items/{id}', 'POST'],
        ['b', 'items/recent'],
      ],
    ],
  ])('has nothing to tell when %s', (_why, routes) => {
    expect(tableOf('', routes).hiddenRoutes()).toEqual([])
  })
})
