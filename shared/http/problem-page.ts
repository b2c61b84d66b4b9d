// The same problem as a page, for a person whose browser was on its way somewhere (sign-in), not for a program.
import { errorTable } from '../error-table.ts'
import type { Problem } from './problem-document.ts'
import { problemTypeOf } from './problem.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

const adviceOf = (type: string): string =>
  Object.entries(errorTable).find(([code]) => problemTypeOf(code as keyof typeof errorTable) === type)?.[1].advice ?? ''

/** @param again the address at which the person can begin anew */
export const problemPage = (problem: Problem, again: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(problem.title)}</title>
<main>
<h1>${escapeHtml(problem.title)}</h1>
<p>${escapeHtml(problem.detail)}</p>
<p>${escapeHtml(adviceOf(problem.type))}</p>
<p><a href="${escapeHtml(again)}">Sign in again</a></p>
<p><small>Correlation id: <code>${escapeHtml(problem.correlationId)}</code></small></p>
</main>
</html>
`
