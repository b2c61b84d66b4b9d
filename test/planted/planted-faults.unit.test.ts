// Whether the tests notice the faults takes minutes (`npm run test:planted`). That every fault still fits the code is seen here.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectFolder } from '../../local/parts.ts'
import { parsePlantedFault, plantedFaults } from './planted-fault.ts'
import { applyPatch } from './project-copy.ts'

const folder = join(projectFolder, 'test/planted')
const faults = plantedFaults(folder)

test('there are faults', () => {
  expect(faults).not.toEqual([])
})

test.each(faults)('$path applies, and names a test that exists', ({ path, noticedBy, title }) => {
  expect(applyPatch(projectFolder, join(folder, path), ['--check'])).toBeUndefined()
  // A quotation mark may stand escaped in a title.
  expect(readFileSync(join(projectFolder, noticedBy), 'utf8').replaceAll('\\', '')).toContain(title)
})

test('a patch that does not name its test is refused by name', () => {
  const text = 'Fault: x\nNoticed by: y\n\ndiff --git a/x b/x\n+Test: z\n'
  expect(() => parsePlantedFault('store/x.patch', text)).toThrow('store/x.patch has no line "Test: …"')
})
