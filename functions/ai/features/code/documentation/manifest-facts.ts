// What files that tools read say of a repository: packages, scripts, frameworks, pipelines.
import { type FileRead, type ReadFact, code } from './read-fact.ts'

export const manifestFacts = (file: FileRead): readonly ReadFact[] => {
  const name = file.path.split('/').at(-1) ?? ''
  if (name === 'package.json') return packageFacts(file.text)
  if (/^requirements[\w.-]*\.txt$/i.test(name))
    return eachLine(file, /^([\w.-]{1,80})\s{0,4}[=~<>]=\s{0,4}([\w.*]{1,40})/, library)
  if (/\.(?:cs|vb|fs)proj$/i.test(name)) return projectFacts(file)
  if (name === 'go.mod') return moduleFacts(file)
  if (name === 'Makefile') return eachLine(file, /^([a-z][\w-]{0,60}):(?!=)/, ([, target]) => command(`make ${target}`))
  if (/^Dockerfile/i.test(name))
    return eachLine(file, /^\s{0,4}(?:CMD|ENTRYPOINT) (.{1,200})/, ([, started = '']) => ({
      kind: 'command',
      text: `the container starts ${code(started)}`,
    }))
  if (/(?:^|\/)\.github\/workflows\/|azure-pipelines|\.gitlab-ci\.yml$|Jenkinsfile/.test(file.path))
    return pipelineFacts(file)
  return []
}

const command = (text: string): ReadFact => ({ kind: 'command', text: code(text) })
const runtime = (text: string): ReadFact => ({ kind: 'runtime', text: code(text) })
const library = ([, name, version]: readonly string[]): ReadFact => ({
  kind: 'library',
  text: code(version === undefined ? `${name}` : `${name} ${version}`),
})

const eachLine = (
  { lines }: FileRead,
  pattern: RegExp,
  fact: (match: readonly string[]) => ReadFact,
): readonly ReadFact[] =>
  lines.flatMap((line) => {
    const match = pattern.exec(line)
    return match ? [fact(match)] : []
  })

const textMembers = (value: unknown): readonly (readonly [string, string])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    : []

/** A file that was cut off where it was handed in is no JSON any more: then there is nothing to say of it. */
const packageFacts = (text: string): readonly ReadFact[] => {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return []
  }
  if (typeof read !== 'object' || read === null) return []
  const { scripts, dependencies, engines } = read as Record<string, unknown>
  return [
    ...textMembers(engines).map(([name, version]) => runtime(`${name} ${version}`)),
    ...textMembers(scripts).map(([name, run]) => ({
      kind: 'command' as const,
      text: `${code(`npm run ${name}`)}: ${code(run.slice(0, 160))}`,
    })),
    ...textMembers(dependencies).map(([name, version]) => library(['', name, version])),
  ]
}

const projectFacts = (file: FileRead): readonly ReadFact[] => [
  ...eachLine(file, /<TargetFrameworks?>([\w.;]{1,80})</, ([, framework = '']) => runtime(framework)),
  ...eachLine(file, /<PackageReference Include="([\w.]{1,120})"(?: Version="([\w.*-]{1,40})")?/, library),
]

const moduleFacts = (file: FileRead): readonly ReadFact[] => [
  ...eachLine(file, /^go (\d[\d.]{0,12})/, ([, version]) => runtime(`go ${version}`)),
  ...eachLine(file, /^\s{0,8}(?:require )?([\w./-]{3,160}) (v[\w.+-]{1,60})/, library),
]

const pipelineFacts = (file: FileRead): readonly ReadFact[] => {
  const name = eachLine(file, /^name:\s{0,4}["']?([\w .:-]{1,80})/, ([, said = '']) => ({
    kind: 'pipeline',
    text: said.trim(),
  }))
  const runs = eachLine(file, /^\s{0,20}-?\s{0,4}(?:run|script):\s{0,4}([^|>\s].{0,160})/, ([, run = '']) =>
    command(run),
  )
  return [...(name.length > 0 ? name : [{ kind: 'pipeline' as const, text: code(file.path) }]), ...runs]
}
