// Secrets that are known by the words around them: a name and a value, an option of a command, a header, an element. What a
// programmer writes (`token = readToken()`) and what a person says (`Password is required`) is none.

import { matchesOf } from './matches.ts'

export type Span = readonly [start: number, end: number]

const names = [
  'pass(?:word|wort|wd|phrase|code)s?',
  'kennwort',
  'contrase(?:ñ|n)a',
  'senha',
  'wachtwoord',
  'mot de passe',
  'secrets?(?:[-_ ]?(?:access[-_ ]?)?key)?',
  'tokens?',
  '(?:api|access|account|private|signing|encryption|auth|master|subscription|service|integration|functions?|shared)[-_ ]?(?:access[-_ ]?)?keys?',
  'sharedaccesssignature',
  'client[-_ ]?secret',
  'credentials?',
  '(?<![A-Za-z])(?:pass|pwd|pw|psk|otp|pat|sas|apikey)',
  '(?:code|oneai)_session',
  '(?<![a-z])[a-z]{1,10}_login',
].join('|')

/** What follows a name and makes it the name of something else: `token_type`, `passwordPolicy`. */
const harmlessEnding =
  /[-_.]?(?:type|ids?|names?|count|length|len|policy|urls?|uri|path|files?|fields?|headers?|age|expiry|expires|endpoints?|param|kind|hash|scope|version|manager|store|reset|rotation)$/i

const named = new RegExp(
  `(?:${names})([\\w.-]{0,30})["'\`\\]]{0,2}(\\s{0,3}(?:=>|:=|===?|=|:|>)\\s{0,5}|\\s{1,3}(?:is|was|are|ist|war|lautet|equals)\\s{1,3}(?:now |set to |still )?:?\\s?|\\s{1,3})`,
  'gi',
)

const quotedValue = /(["'`])((?:(?!\1)[^\n]){1,500})\1?/y
const bareValue = /[^\s"'`,;<>)\]}|]{1,500}/y
const elementValue = /[^<]{1,500}(?=<\/)/y

/** Stand for a value, or say that there is none. */
const placeholder =
  /^(?:<.*|\$.*|%[A-Za-z_]+%?|\{.*|\[.*|\*+|\.{2,}|x{3,}|your[-_ ]?.*|process\.env.*|os\.environ.*|env\..*|null|none|nil|undefined|true|false|string|str|bytes|empty|redacted|hidden|masked|…+|_+|-+|value|here|changed|rotated|revoked|expired|missing|required|invalid|optional|unknown|unset|exposed|leaked|found)$/i

type Way = 'equals' | 'colon' | 'says' | 'option' | 'element'

const wayOf = (separator: string, before: string): Way | undefined => {
  const sign = separator.trim()
  if (sign === '>') return /<[\w:.-]{0,40}[^<>\n]{0,40}$/.test(before) ? 'element' : undefined
  if (sign.endsWith('=') || sign === '=>') return 'equals'
  if (sign === ':') return 'colon'
  if (sign !== '') return 'says'
  return /(?:^|\s)["']?--?[\w-]{0,30}$/.test(before) ? 'option' : undefined
}

const lookBehind = 60

/** Values that stand beside the name of a secret. */
export const namedSecrets = (text: string): Span[] => {
  const spans: Span[] = []
  named.lastIndex = 0
  for (let match = named.exec(text); match; match = named.exec(text)) {
    const [whole, ending = '', separator = ''] = match
    const at = match.index + whole.length
    const way = wayOf(separator, text.slice(Math.max(0, match.index - lookBehind), match.index))
    // The next name may be within what this one took for its ending or its value.
    named.lastIndex = match.index + Math.max(1, whole.length - separator.length - ending.length)
    if (!way || harmlessEnding.test(ending)) continue
    const span = valueAt(text, at, way, separator)
    if (!span) continue
    spans.push(span)
    named.lastIndex = Math.max(named.lastIndex, span[1])
  }
  return spans
}

const valueAt = (text: string, at: number, way: Way, separator: string): Span | undefined => {
  if (way === 'element') return matchAt(elementValue, text, at, (value) => !placeholder.test(value.trim()))
  quotedValue.lastIndex = at
  const quoted = quotedValue.exec(text)
  if (quoted) {
    const value = quoted[2] ?? ''
    const isValue = !placeholder.test(value) && (way !== 'says' || looksChosen(value))
    return isValue ? [at + 1, at + 1 + value.length] : undefined
  }
  return matchAt(bareValue, text, at, (value) => isValue(value, way, separator, text, at + value.length))
}

const matchAt = (shape: RegExp, text: string, at: number, fits: (value: string) => boolean): Span | undefined => {
  shape.lastIndex = at
  const [value] = shape.exec(text) ?? []
  return value !== undefined && fits(value) ? [at, at + value.length] : undefined
}

const isValue = (value: string, way: Way, separator: string, text: string, end: number): boolean => {
  const bare = value.replace(/[.?:]+$/, '')
  if (bare.length < 3 || placeholder.test(bare)) return false
  if (looksChosen(bare)) return true
  const isWord = /^[A-Za-z]+$/.test(bare)
  const endsLine = /^[ \t]*(?:$|[\r\n])/.test(text.slice(end, end + 20))
  // `DB_PASS=swordfish`, while `token = jwt.sign(…)` is a program.
  if (way === 'equals')
    return separator.trim() === separator
      ? !/^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*[(.]/.test(bare) && !(isWord && /[a-z][A-Z]/.test(bare))
      : isWord && endsLine && bare === bare.toLowerCase()
  // A line of a settings file, or several of them in one. In a sentence there would be a full stop, or more words.
  const isBeforeName = /^[ \t]+[A-Za-z_-]{2,20}:\s/.test(text.slice(end, end + 30))
  return (
    way === 'colon' &&
    isWord &&
    (endsLine || isBeforeName) &&
    bare === bare.toLowerCase() &&
    !/[.?:]$/.test(value) &&
    bare.length >= 6
  )
}

/** Names of algorithms and protocols mix letters and digits as passwords do. */
const technical =
  /^(?:base|sha|md|aes|utf|http|oauth|rsa|ed|hs|rs|es|ps|v|tls|ssl|argon|pbkdf|blake|ipv|p|nistp|ecdsa|x|s|k|ec|ntlmv|bcrypt|scrypt|cve|ghsa|rfc|win|log|w|i|l|h|e)\d{1,5}[a-z]?s?$/i

/** Letters and digits in one, or signs that nobody writes into a word. */
const looksChosen = (value: string): boolean => {
  if (value.length < 4 || /^https?:\/\//.test(value) || /^(?:CVE-\d|GHSA-)/.test(value)) return false
  const bare = value.replace(/[!.?,:;]+$/, '')
  if (/^\d[\d.,:-]*(?:[a-z]{1,2}|%)?$/i.test(bare)) return /^\d{6,}$/.test(bare)
  const parts = bare.split(/[-_/.:+]/)
  const isMixed = (part: string): boolean =>
    part.length >= 4 && /\d/.test(part) && /[A-Za-z]/.test(part) && !technical.test(part)
  if (bare.includes('(') || /^[\w$]+(?:\.[A-Za-z_$][\w$]*)+$/.test(bare))
    return parts.some((part) => part.length >= 16 && isMixed(part))
  if (parts.some(isMixed))
    return !/^[a-z]+[A-Za-z]*\d$/.test(bare) || /[A-Z]?[a-z]+\d{2,}/.test(bare) || bare.length >= 6
  if (/^[A-Za-z][a-z]+[-_.]\d{2,}$/.test(bare)) return true
  // An address of a person or a package in a version is none.
  return (
    /[A-Za-z0-9][!@#$%^&*~?][A-Za-z0-9!@#$%^&*~]/.test(bare) &&
    !/@[\w-]+\.|@\d|^[\w.-]+@/.test(bare) &&
    !/^[\w.-]*\?/.test(bare)
  )
}

type Rule = { readonly shape: RegExp; readonly fits?: (value: string, match: RegExpExecArray) => boolean }

const isPrintable = (text: string): boolean => /^[\x20-\x7e\u00a0-\uffff]+$/.test(text)

/** The group named `value` goes. */
const rules: readonly Rule[] = [
  {
    shape:
      /authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:(?<scheme>[A-Za-z][A-Za-z0-9-]{2,30})\s{1,5})?(?<value>[^\s"',]{4,4000})/gi,
    fits: (value, { groups }) =>
      !placeholder.test(value) &&
      (groups?.['scheme'] === undefined ? looksChosen(value) : /[\d.=_/+-]/.test(value) || value.length >= 16),
  },
  {
    shape: /\bbearer\s{1,5}(?<value>[A-Za-z0-9_.~+/=-]{12,4000})/gi,
    fits: (value) => /\d/.test(value) && !/^[\w-]*[a-z]{4,}-[a-z]{3,}/.test(value),
  },
  {
    shape: /\bbasic\s{1,5}(?<value>[A-Za-z0-9+/_-]{8,1000}={0,2})/gi,
    fits: (value) => {
      const decoded = Buffer.from(value, 'base64').toString('utf8')
      return decoded.includes(':') && isPrintable(decoded)
    },
  },
  { shape: /\bcookie["']?\s{0,3}[:=]\s{0,3}["']?(?<value>[\w.-]{1,100}=[^\n"']{8,4000})/gi },
  { shape: /[?&;](?:sig|code|auth|key|signature|jwt|sid|session)=(?<value>[^&\s"'<>#]{4,2000})/gi },
  {
    shape: /(?<![\w-])(?:-u|-U|--user|--proxy-user)[ =]?["']?(?<user>[^\s:"']{1,100}):(?<value>[^\s"']{1,200})/g,
    fits: (value, { groups }) =>
      !(/^\d+$/.test(value) && /^\d+$/.test(groups?.['user'] ?? '')) && !placeholder.test(value),
  },
  {
    shape: /(?<=\s)-(?:p|a|w|P)(?<value>[^\s"'-][^\s"']{2,200})/g,
    fits: (value, { input, index }) =>
      isOptionOf(/\b(?:mysql\w*|mariadb\S*|mongo\w*|sshpass|redis-cli|ldap\w+|7z|zip|unzip|sqlcmd)\b/, input, index) &&
      !placeholder.test(value),
  },
  {
    shape: /(?<=\s)-(?:p|a|w|P) ["']?(?<value>[^\s"'-][^\s"']{2,200})/g,
    fits: (value, { input, index }) =>
      isOptionOf(/\b(?:sshpass|redis-cli|ldap\w+|sqlcmd|mongo\w*|unzip|docker login|az login)\b/, input, index) &&
      !placeholder.test(value),
  },
  {
    // Who may in stands before the host. Nothing is secret about the `git` of `ssh://git@github.com`.
    shape: /(?<=[a-z0-9]):\/\/(?<value>[^\s/?#"'<>]{1,300})@/gi,
    fits: (value) =>
      !/^(?:git|hg|svn|anonymous)$/i.test(value) &&
      !/^(?:<.*>|\{.*\}|\$\{?\w+\}?)(?::(?:<.*>|\{.*\}|\$\{?\w+\}?))?$/.test(value),
  },
]

const isOptionOf = (tool: RegExp, text: string, index: number): boolean => {
  const [line = ''] = text
    .slice(Math.max(0, index - 120), index)
    .split('\n')
    .slice(-1)
  return tool.test(line)
}

/** What stands where a header, an option or an address has its secret. */
export const placedSecrets = (text: string): Span[] =>
  rules.flatMap(({ shape, fits }) => {
    const spans: Span[] = []
    for (const match of matchesOf(shape, text)) {
      const value = match.groups?.['value'] ?? ''
      const start = match.index + match[0].lastIndexOf(value)
      if (!fits || fits(value, match)) spans.push([start, start + value.length])
    }
    return spans
  })
