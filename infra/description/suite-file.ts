// What infra/suite.json says, from the code. `npm run docs` writes it.
import { join } from 'node:path'
import { projectFolder } from '../../local/parts.ts'
import { describeSuite } from './suite.ts'

export const suiteFile = join(projectFolder, 'infra/suite.json')

/** As it is written, so that the two can be compared. */
export const suiteText = async (): Promise<string> => `${JSON.stringify(await describeSuite(), undefined, 2)}\n`
