// What a line of code says by itself, in the languages that repositories of clients are written in.
import { type FileRead, type ReadFact, code } from './read-fact.ts'

type LineRule = {
  readonly kind: ReadFact['kind']
  /** Has the flag g. Each repetition in it has a limit, since others have written the line. */
  readonly pattern: RegExp
  readonly text: (match: readonly string[]) => string | undefined
  /** Files that it is about; all without it. */
  readonly files?: RegExp
}

const prose = /\.(?:md|txt|rst|adoc)$/i
const codeFiles = /\.(?:[cm]?[jt]sx?|py|cs|java|kt|go|rb|php|vb|fs|scala|rs)$/i

const endpoint = (method: string | undefined, path: string | undefined): string | undefined =>
  path === undefined ? undefined : code(`${(method ?? 'any').toUpperCase()} ${path.startsWith('/') ? '' : '/'}${path}`)

const rules: readonly LineRule[] = [
  {
    kind: 'endpoint',
    // Express, Fastify, Hono, Flask and FastAPI.
    pattern:
      /(?:\b|@)(?:app|api|router|routes?|server|fastify|blueprint|bp)\.(get|post|put|patch|delete|route)\(\s{0,4}['"`](\/[^'"`\s]{0,200})['"`]/g,
    text: ([, method, path]) => endpoint(method === 'route' ? undefined : method, path),
    files: codeFiles,
  },
  {
    kind: 'endpoint',
    // Spring and NestJS.
    pattern:
      /@(Get|Post|Put|Patch|Delete)(?:Mapping)?\(\s{0,4}(?:(?:value|path)\s{0,4}=\s{0,4})?['"]([^'"\s]{0,200})['"]/g,
    text: ([, method, path]) => endpoint(method, path),
    files: codeFiles,
  },
  {
    kind: 'endpoint',
    // ASP.NET Core, by attribute and by call.
    pattern: /(?:\[Http|\bMap)(Get|Post|Put|Patch|Delete)\(\s{0,4}"([^"\s]{0,200})"/g,
    text: ([, method, path]) => endpoint(method, path),
    files: codeFiles,
  },
  {
    kind: 'endpoint',
    // Go: since 1.22 the method stands before the path.
    pattern: /\.Handle(?:Func)?\(\s{0,4}"(?:(GET|POST|PUT|PATCH|DELETE) )?(\/[^"\s]{0,200})"/g,
    text: ([, method, path]) => endpoint(method, path),
    files: codeFiles,
  },
  {
    kind: 'export',
    pattern:
      /^(?:export (?:default )?(?:async )?(?:function|class|const|interface|type|enum)|public (?:static |sealed |abstract |partial )?(?:class|interface|record|enum)|def|class|func|pub fn) ([A-Za-z]\w{0,80})/g,
    text: ([, name]) => (name === undefined ? undefined : code(name)),
    files: codeFiles,
  },
  ...[
    /\bprocess\.env(?:\.|\[['"])([A-Z][A-Z0-9_]{1,80})/g,
    /\b(?:os\.environ(?:\.get)?|os\.getenv|os\.Getenv|getenv|GetEnvironmentVariable|System\.getenv|ENV\.fetch|std::env::var)[([]\s{0,4}['"]([A-Z][A-Z0-9_]{1,80})['"]/g,
  ].flatMap((pattern) => settingRules(pattern, codeFiles)),
  ...settingRules(/^([A-Z][A-Z0-9_]{1,80})=/g, /(?:^|\/)\.?env[\w.-]*$|\.env[\w.-]*$/i),
  ...settingRules(/^\s{0,12}(?:ENV|ARG) ([A-Z][A-Z0-9_]{1,80})/g, /Dockerfile/i),
  {
    kind: 'host',
    pattern: /\bhttps?:\/\/([a-z0-9][a-z0-9.-]{0,200}\.[a-z]{2,20})/gi,
    text: ([, host = '']) => (noPeer.test(host) ? undefined : code(host.toLowerCase())),
    files: /\.(?:[cm]?[jt]sx?|py|cs|java|kt|go|rb|php|json|ya?ml|toml|ini|properties|config|bicep|tf)$|\.env/i,
  },
  {
    kind: 'port',
    pattern: /(?:^\s{0,4}EXPOSE |\.listen\(|\bport\b\s{0,4}[:=]\s{0,4}|\bPORT\b[^\d\n]{1,12})(\d{2,5})\b/g,
    text: ([, port = '']) => `port ${code(port)}`,
  },
  {
    kind: 'image',
    pattern: /^\s{0,4}FROM (?:--platform=\S{1,60} )?([\w./:@-]{1,200})/gi,
    text: ([, image = '']) => `image ${code(image)}`,
    files: /Dockerfile/i,
  },
  {
    kind: 'resource',
    pattern: /^\s{0,12}resource \w{1,80} '([\w./]{3,160})@/g,
    text: ([, type]) => (type === undefined ? undefined : code(type)),
    files: /\.bicep$/i,
  },
  {
    kind: 'resource',
    pattern: /^\s{0,12}resource "(\w{1,120})" "([\w-]{1,120})"/g,
    text: ([, type, name]) => code(`${type} ${name}`),
    files: /\.tf$/i,
  },
  {
    kind: 'access',
    pattern:
      /^.{0,200}\b(?:passport|oauth|openid|oidc|saml|jwt|jsonwebtoken|bearer|\[?authorize\]?|requireAuth|login_required|bcrypt|argon2|csrf|helmet|hasRole|hasPermission|PreAuthorize)\b.{0,200}$/gi,
    text: ([line = '']) => code(line.slice(0, 160)),
    files: codeFiles,
  },
  {
    kind: 'open-work',
    pattern: /\b(TODO|FIXME|HACK|XXX)\b[:\s(].{3,160}/g,
    text: ([line = '']) => code(line),
  },
]

/** Their names alone: what they are set to is nobody's to show. */
function settingRules(pattern: RegExp, files: RegExp): readonly LineRule[] {
  const named =
    (isWanted: (name: string) => boolean) =>
    ([, name = '']: readonly string[]) =>
      isWanted(name) ? code(name) : undefined
  return [
    { kind: 'setting', pattern, files, text: named(() => true) },
    { kind: 'secret-setting', pattern, files, text: named((name) => secretName.test(name)) },
  ]
}
const secretName =
  /(?:KEY|SECRET|TOKEN|PASSWORD|PASSWD|PWD|CREDENTIALS?|CONNECTION(?:_?STRING)?|DSN)(?:$|_)|DATABASE_URL/

/** Of schemas, examples and this machine: no data goes there. */
const noPeer = /(?:^|\.)(?:w3\.org|json-schema\.org|schema\.org|example(?:\.(?:com|org|net))?|localhost|test|invalid)$/i

const perLine = 20

export const lineFacts = ({ path, lines }: FileRead): readonly ReadFact[] => {
  if (prose.test(path)) return []
  const held = rules.filter(({ files }) => !files || files.test(path))
  return lines.flatMap((line) =>
    held.flatMap(({ kind, pattern, text }) =>
      [...line.matchAll(pattern)].slice(0, perLine).flatMap((match) => {
        const said = text(match)
        return said === undefined ? [] : [{ kind, text: said }]
      }),
    ),
  )
}
