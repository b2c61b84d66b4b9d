// What a caller is told when the store fails: what happened and what to do, never which table or kind of row it was about.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { tables } from '../../../functions/apps/tables.ts'
import { toAppError } from '../../../shared/errors.ts'
import { problemOf } from '../../../shared/http/problem.ts'
import { type NamedKind, toEntity, toRow } from '../../../shared/store/entity.ts'
import { toStorageError } from '../../../shared/store/failure.ts'
import { type Operation, checkOperations } from '../../../shared/store/operation.ts'

const kinds: readonly NamedKind[] = tables.flatMap(({ name, kinds: all }) =>
  Object.entries(all).map(([kind, definition]) => ({ table: name, kind, definition })),
)

const thrownBy = (work: () => unknown): unknown => {
  try {
    work()
  } catch (thrown) {
    return thrown
  }
  throw new Error('Nothing was thrown.')
}

const answered = (statusCode: number, code: string): Error => Object.assign(new Error('no'), { statusCode, code })

/** Whatever the store may throw about rows of this kind. */
const failuresOf = (named: NamedKind): readonly unknown[] => {
  const what = `read ${named.kind} in ${named.table}`
  const operation = { named, entity: { partitionKey: 'p', rowKey: 'r' } } as unknown as Operation
  return [
    thrownBy(() => toEntity(named, { nonsense: true }, Date.now())),
    thrownBy(() => toRow(named, { partitionKey: 'p', rowKey: 'r', etag: 'e' }, Date.now())),
    thrownBy(() => checkOperations('elsewhere', [operation])),
    thrownBy(() => checkOperations(named.table, [operation, operation])),
    toStorageError(answered(413, 'RequestBodyTooLarge'), what),
    toStorageError(answered(400, 'InvalidInput'), what),
    toStorageError(answered(503, 'ServerBusy'), what),
    toStorageError(Object.assign(new Error('no'), { name: 'AbortError' }), what),
    toStorageError(new Error('connect ECONNREFUSED'), what),
  ]
}

describe('a failure of the store', () => {
  it.each(kinds)('of $kind in $table tells its reader of neither, and the log of both', (named) => {
    for (const thrown of failuresOf(named)) {
      const error = toAppError(thrown)
      const told = JSON.stringify(problemOf(error, 'correlation'))
      expect(told).not.toContain(named.table)
      expect(told).toMatch(/Quote the correlation id|Try again|Shorten it/)
      expect((error.cause as Error).message).toContain(named.kind)
    }
  })
})

describe('a failure that this suite raises', () => {
  it('names no table to its reader, wherever it is made', () => {
    const files = globSync('{shared,functions}/**/*.ts')
    expect(files.length).toBeGreaterThan(200)
    const naming = files.filter((file) =>
      /new AppError\((?:(?!\n {0,4}\}?\)|;\n)[\s\S])*?\$\{[^}]*\btable(?:Name)?\b[^}]*\}/.test(
        readFileSync(file, 'utf8'),
      ),
    )
    // A name that Azure would refuse is a mistake in the source: it ends the process before anybody is told anything.
    expect(naming.filter((file) => file !== 'shared/store/table.ts')).toEqual([])
  })
})
