// A copy of the project in a temporary folder, in which faults are planted and pulled out again.
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type ProjectCopy = {
  readonly folder: string
  /** Undefined, or why the patch does not apply. */
  readonly plant: (patch: string) => string | undefined
  readonly pullOut: (patch: string) => void
  readonly remove: () => void
}

/** Everything but what git ignores, as it lies there now; what is installed is linked. */
export const copyProject = (project: string): ProjectCopy => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'))
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  for (const path of execFileSync('git', listing, { cwd: project, encoding: 'utf8' }).split('\0')) {
    // A file that was deleted is listed until that is committed.
    if (!path || !existsSync(join(project, path))) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    copyFileSync(join(project, path), join(folder, path))
  }
  linkInstalled(join(project, 'node_modules'), join(folder, 'node_modules'))
  return {
    folder,
    plant: (patch) => applyPatch(folder, patch, []),
    pullOut: (patch) => {
      const reason = applyPatch(folder, patch, ['--reverse'])
      if (reason) throw new Error(`${patch} cannot be taken back: ${reason}`)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Where the packages of the project itself are linked from; in the copy they are those of the copy. */
const ownScope = '@theone'

const linkInstalled = (installed: string, copy: string): void => {
  mkdirSync(join(copy, ownScope), { recursive: true })
  for (const entry of readdirSync(installed, { withFileTypes: true }))
    if (entry.isDirectory() && entry.name !== ownScope)
      symlinkSync(join(installed, entry.name), join(copy, entry.name), 'junction')
  for (const name of readdirSync(join(installed, ownScope)))
    symlinkSync(join(copy, '../packages', name), join(copy, ownScope, name), 'junction')
}

/** Undefined, or why the patch does not apply. Whitespace has to fit, fuzz is not allowed. */
export const applyPatch = (folder: string, patch: string, options: readonly string[]): string | undefined => {
  // Git shall not take the copy for a folder of a repository further up.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(folder) }
  const { status, stderr, error } = spawnSync('git', ['apply', ...options, patch], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  if (error) throw new Error('git did not run. It is needed to apply the planted faults.', { cause: error })
  return status === 0 ? undefined : stderr.trim()
}
