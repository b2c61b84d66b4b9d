// Process entry: npm run docs
// Writes what follows from the code: the reference, the types of the AI gateway's client, and what the deployment has to know.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '../local/parts.ts'
import { runCommand } from '../shared/command-line.ts'

const usage = `Usage: npm run docs

Writes docs/reference.md, the types of the features in packages/ai-gateway/src, and infra/suite.json anew.`

await runCommand({ usage, options: {} }, async () => {
  // Here, since they take seconds to load.
  const { reference } = await import('./reference.ts')
  const { featureTypes, featureTypesFolder } = await import('./feature-types.ts')
  const { suiteFile, suiteText } = await import('../infra/description/suite-file.ts')
  writeFileSync(join(projectFolder, 'docs/reference.md'), reference())
  for (const { file, text } of await featureTypes()) writeFileSync(join(featureTypesFolder, file), text)
  writeFileSync(suiteFile, await suiteText())
  return true
})
