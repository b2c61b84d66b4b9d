import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Finding, Findings } from '../../../functions/code/tickets/finding.ts'
import { AppError, type FieldError } from '../../../shared/errors.ts'
import { readQuery, validate } from '../../../shared/http/request-input.ts'

const refusalOf = (work: () => unknown): AppError => {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('It was not refused.')
}
const errorsOf = (schema: z.ZodType, value: unknown): readonly FieldError[] =>
  refusalOf(() => validate('body', schema, value)).details.errors ?? []

describe('a query', () => {
  it('is read as it stands in the address', () => {
    expect(readQuery('http://x/api/a?b=1&c=%26+%C3%A9&d&e=')).toEqual({ b: '1', c: '& é', d: '', e: '' })
    expect(readQuery('http://x/api/a')).toEqual({})
    expect(Object.keys(readQuery('http://x/?__proto__=1&constructor=2'))).toEqual(['__proto__', 'constructor'])
    expect(readQuery('http://x/?a=1,2')).toEqual({ a: '1,2' })
  })

  it('is refused with any name twice', () => {
    for (const query of ['a=1&a=2', 'a&a', 'a=1&%61=1', '__proto__=1&__proto__=2'])
      expect(refusalOf(() => readQuery(`http://x/?${query}`))).toMatchObject({
        code: 'malformed-request',
        message: 'The query has a parameter more than once.',
      })
  })
})

describe('a name that a caller made up', () => {
  it('is shown without the secret that stands in it', () => {
    const token = ['gh', 'p_', 'q7Z'.repeat(12)].join('')
    const [error] = errorsOf(z.strictObject({}), { [`token ${token}`]: 1 })
    expect(error).toEqual({ path: 'body.token [redacted]', message: 'is not a field that is known here' })
  })
})

describe('a text that is not well-formed', () => {
  const anything = z.strictObject({ list: z.array(z.strictObject({ text: z.string() })) })

  it('is named by its place, however deep', () => {
    expect(errorsOf(anything, { list: [{ text: 'a' }, { text: 'b\ud800' }, { text: '\udfffc' }] })).toEqual([
      { path: 'body.list.1.text', message: 'must be well-formed Unicode' },
      { path: 'body.list.2.text', message: 'must be well-formed Unicode' },
    ])
  })

  it('is refused, and every other one is handed on unchanged', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
        ),
        (text) => {
          const value = { list: [{ text }] }
          if (text.isWellFormed()) expect(validate('body', anything, value)).toEqual(value)
          else expect(errorsOf(anything, value)).toHaveLength(1)
        },
      ),
    )
  })
})

describe('the faults that are named where one of several shapes is wanted', () => {
  const either = z.union([Finding, Findings])
  const paths = (value: unknown): readonly string[] => [...new Set(errorsOf(either, value).map(({ path }) => path))]

  it.each([
    [{}, ['body.type']],
    [{ type: 'other' }, ['body.type']],
    [{ type: 'other', title: 'x', severity: 'low' }, ['body.type']],
    [{ title: 'x', severity: 'low' }, ['body.type']],
    [{ findings: 5 }, ['body.findings']],
    [{ findings: 5, more: 1 }, ['body.more', 'body.findings']],
    [{ findings: null }, ['body.findings']],
    [{ findings: [] }, ['body.findings']],
    [{ findings: [{}] }, ['body.findings.0.type']],
    [{ findings: [{ type: 'other' }] }, ['body.findings.0.type']],
    [17, ['body']],
    [[], ['body']],
    [null, ['body']],
  ])('are those of the nearest: %j', (value, expected) =>
    expect([...paths(value)].sort()).toEqual([...expected].sort()),
  )

  it('are those of a finding as soon as it says its type', () => {
    expect(paths({ type: 'sunset_decision' })).toContain('body.findingId')
    expect(paths({ type: 'vulnerability', cveId: 'CVE-2026-12345' })).toContain('body.findingId')
  })
})

describe('the names of bad fields', () => {
  it('are shown shortened and without anything that could be markup or a new line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (name) => {
        fc.pre(name !== 'known')
        const [error] = errorsOf(
          z.strictObject({ known: z.string().optional() }),
          JSON.parse(`{${JSON.stringify(name)}:1}`),
        )
        expect(error?.path).toMatch(/^body\.[\p{L}\p{N}_\-[\] ]{1,60}$/u)
      }),
    )
  })
})
