// A real browser for tests: the Chromium that an npm package brings, unpacked once into a folder of this project.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { inflate } from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'
import { projectFolder } from '../../local/parts.ts'

/**
 * Not those that the package recommends: for servers that make pictures of one page they switch off what protects people
 * (`--disable-web-security` among them). The sandbox needs rights that tests as root or in a container have not got.
 */
const launchArguments = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']

/** Starts a browser that behaves as people's do. */
export const launchChromium = async (): Promise<Browser> => {
  const folder = await unpack()
  const launch = (env: Record<string, string>): Promise<Browser> =>
    chromium.launch({
      executablePath: join(folder, 'chromium'),
      args: launchArguments,
      env: { ...definedEnvironment(), FONTCONFIG_FILE: join(folder, 'fonts.conf'), ...env },
    })
  try {
    return await launch({})
  } catch (error) {
    // A bare machine lacks the libraries that Chromium is linked with; the package has them too.
    if (!String(error).includes('error while loading shared libraries')) throw error
    return launch({ LD_LIBRARY_PATH: join(folder, 'al2023/lib') })
  }
}

const definedEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )

/** In one step, so that a run that was cut off does not leave half a browser to the next one. */
const unpack = async (): Promise<string> => {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const root = join(dirname(entry), '..')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const cache = join(projectFolder, 'node_modules/.cache')
  const folder = join(cache, `chromium-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const next = mkdtempSync(join(cache, 'chromium-next-'))
  await inflateInto(
    next,
    ['chromium.br', 'fonts.tar.br', 'al2023.tar.br'].map((file) => join(root, 'bin', file)),
  )
  writeFileSync(join(next, 'fonts.conf'), fontsConf(folder))
  try {
    renameSync(next, folder)
  } catch (error) {
    // Another run was faster: its browser is the same.
    rmSync(next, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

/** The package's own file looks for its fonts in places of a server; without any font Chromium dies on the first text. */
const fontsConf = (folder: string): string =>
  `<?xml version="1.0"?>
<fontconfig><dir>${join(folder, 'fonts/fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>
`

/** The package unpacks into the folder for temporary files. */
const inflateInto = async (folder: string, files: readonly string[]): Promise<void> => {
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  try {
    await Promise.all(files.map((file) => inflate(file)))
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
}
