import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { escapeHtml, problemPage } from '../../../shared/http/problem-page.ts'
import { problemOf } from '../../../shared/http/problem.ts'

describe('a problem as a page', () => {
  it('shows what failed, what to do, and what to quote', () => {
    const problem = problemOf(new AppError('token-rejected', 'The sign-in has expired.'), 'id-1')
    const page = problemPage(problem, '/api/code/login')
    for (const part of [
      '<h1>The Hub session could not be verified</h1>',
      '<p>The sign-in has expired.</p>',
      'href="/api/code/login"',
      '<code>id-1</code>',
      'compare the SSO secret',
    ])
      expect(page).toContain(part)
  })

  it('holds nothing that would run under its content security policy', () => {
    expect(problemPage(problemOf(new AppError('internal', 'x'), 'x'), '/')).not.toMatch(
      /<(?:script|style|img|link|form|iframe)|\son\w+=/i,
    )
  })

  it('lets no text become markup, wherever it stands', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('<script>', '</p>', '"', "'", '&', '&lt;', '<!--', ']]>', 'onerror=', '>', 'a'))
        .map((pieces) => pieces.join('')),
    )
    const shape = (page: string): readonly string[] => page.match(/<[^>]*>/g) ?? []
    const usual = shape(problemPage(problemOf(new AppError('internal', 'x'), 'x'), 'x'))
    fc.assert(
      fc.property(text, text, (detail, correlationId) => {
        const page = problemPage(problemOf(new AppError('internal', detail), correlationId), 'x')
        expect(shape(page)).toEqual(usual)
      }),
    )
  })

  it('keeps an address within its attribute', () => {
    expect(problemPage(problemOf(new AppError('internal', 'x'), 'x'), '/"><script>alert(1)</script>')).toContain(
      'href="/&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"',
    )
    expect(escapeHtml(`&<>"'`)).toBe('&amp;&lt;&gt;&quot;&#39;')
  })
})
