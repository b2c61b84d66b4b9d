// A copy of the project in a temporary folder, in which faults are planted and pulled out again.
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type ProjectCopy = {
  readonly folder: string
  /** Undefined, or why the patch does not apply. */
  readonly plant: (patch: string) => string | undefined
  readonly pullOut: (patch: string) => void
  readonly remove: () => void
}

/** Everything but what git ignores, as it lies there now; `node_modules` is linked. */
export const copyProject = (project: string): ProjectCopy => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'))
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  for (const path of execFileSync('git', listing, { cwd: project, encoding: 'utf8' }).split('\0')) {
    // A file that was deleted is listed until that is committed.
    if (!path || !existsSync(join(project, path))) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    copyFileSync(join(project, path), join(folder, path))
  }
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'), 'junction')
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
