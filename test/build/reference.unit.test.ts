import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { reference } from '../../build/reference.ts'

it('the reference in docs says what the code says (write it anew with "npm run docs")', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/reference.md'), 'utf8')).toBe(reference())
})
