// The client's types of features are those of the definitions.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { featureTypes, featureTypesFolder } from '../../build/feature-types.ts'

it('the types of the client are those of the features (if not: npm run docs)', async () => {
  const written = await featureTypes()
  for (const { file, text } of written) expect(readFileSync(join(featureTypesFolder, file), 'utf8'), file).toBe(text)
  const there = readdirSync(featureTypesFolder).filter((name) => name.endsWith('features.ts'))
  expect(there.toSorted()).toEqual(written.map(({ file }) => file).toSorted())
})
