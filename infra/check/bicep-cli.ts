// Finds the Bicep CLI: the one that BICEP names, the one on the path, or one that dotnet gets from NuGet into a folder that git ignores.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '../../local/parts.ts'

/** The one that made the committed snapshots. Another may know other types, and evaluate otherwise. */
export const bicepVersion = '0.49.2'

const cacheFolder = join(projectFolder, '.local/bicep')

export type Environment = Readonly<Record<string, string | undefined>>

/** The runtime ids of NuGet, by platform and processor. */
const runtimes: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'osx-x64',
  'darwin-arm64': 'osx-arm64',
  'win32-x64': 'win-x64',
}

export type Bicep = { readonly program: string; readonly version: string; readonly from: string }

/** @throws Error that says how to get one */
export const findBicep = (environment: Environment): Bicep => {
  const named = environment['BICEP']
  if (named) return checked(named, 'BICEP') ?? refuse(`BICEP names ${named}, which is not the Bicep CLI.`)
  return checked('bicep', 'the path') ?? checked(restored(), 'NuGet') ?? refuse('There is no Bicep CLI.')
}

const refuse = (what: string): never => {
  throw new Error(
    `${what} Install the .NET SDK, and it is fetched from NuGet; or the Bicep CLI ${bicepVersion} (https://aka.ms/bicep-install), on the path or named by BICEP.`,
  )
}

const checked = (program: string, from: string): Bicep | undefined => {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  const version = /Bicep CLI version (\S+)/.exec(stdout ?? '')?.[1]
  return status === 0 && version !== undefined ? { program, version, from } : undefined
}

/** @returns the path where the program is, or would be */
const restored = (): string => {
  const runtime = runtimes[`${process.platform}-${process.arch}`]
  if (runtime === undefined) return refuse(`NuGet has no Bicep CLI for ${process.platform} on ${process.arch}.`)
  const name = `Azure.Bicep.CommandLine.${runtime}`
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const program = join(cacheFolder, 'packages', name.toLowerCase(), bicepVersion, 'tools', `bicep${suffix}`)
  if (!existsSync(program)) restore(name)
  if (existsSync(program)) chmodSync(program, 0o755)
  return program
}

/** A project that only downloads: nothing of the package is built or run by it. NuGet checks the signature. */
const restore = (name: string): void => {
  mkdirSync(cacheFolder, { recursive: true })
  const project = join(cacheFolder, 'bicep.csproj')
  writeFileSync(
    project,
    `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="${name}" Version="[${bicepVersion}]" /></ItemGroup>
</Project>
`,
  )
  const { status, stdout, error } = spawnSync(
    'dotnet',
    ['restore', project, '--packages', join(cacheFolder, 'packages'), '--ignore-failed-sources'],
    { encoding: 'utf8' },
  )
  if (error && 'code' in error && error.code === 'ENOENT') refuse('There is neither a Bicep CLI nor dotnet.')
  if (status !== 0) refuse(`dotnet could not get ${name} from NuGet:\n${stdout}`)
}
