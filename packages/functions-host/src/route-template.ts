// Parses an ASP.NET Core route template (`orders/{id:int}/{*rest}`) and matches request paths against it.
// Grammar: https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-templates
import { parseConstraint, type RouteConstraint } from './route-constraint.ts'

export type RouteValues = Readonly<Record<string, string>>

export type RouteTemplate = {
  readonly text: string
  readonly segments: readonly Segment[]
  /** @param path as it came: starting with "/", percent-decoded once, without the query */
  readonly match: (path: string) => RouteValues | undefined
}

export type RouteParameter = {
  readonly name: string
  readonly catchAll: boolean
  readonly optional: boolean
  readonly defaultValue?: string
  readonly constraints: readonly RouteConstraint[]
}

type Part = { readonly literal: string } | { readonly parameter: RouteParameter }
export type Segment = readonly Part[]

const fail = (template: string, problem: string): Error =>
  new Error(`The route template "${template}" is not valid: ${problem}.`)

/** The text of a parameter, from after its `{` to its closing `}`; doubled braces stand for one. */
const readBraces = (template: string, start: number): { text: string; end: number } => {
  let text = ''
  for (let at = start; at < template.length; at += 1) {
    const character = template[at] ?? ''
    const doubled = template[at + 1] === character
    if ((character === '{' || character === '}') && doubled) {
      text += character
      at += 1
    } else if (character === '}') return { text, end: at }
    else if (character === '{') throw fail(template, '"{" inside a parameter must be doubled')
    else text += character
  }
  throw fail(template, 'a "{" is not closed')
}

/** Splits `:int:regex(a:b)=7` into constraints and default; a bracket ends where a new part (or nothing) follows. */
const readPolicies = (template: string, text: string): { constraints: RouteConstraint[]; defaultValue?: string } => {
  const constraints: RouteConstraint[] = []
  let rest = text
  while (rest.startsWith(':')) {
    const [whole, constraint = ''] = /^:([^:=(]*(?:\(.*?\)(?=[:=]|$))?)/s.exec(rest) ?? []
    if (whole === undefined || constraint === '') throw fail(template, 'a constraint is empty')
    constraints.push(parseConstraint(constraint))
    rest = rest.slice(whole.length)
  }
  if (rest === '') return { constraints }
  if (!rest.startsWith('=')) throw fail(template, `"${rest}" cannot be read`)
  return { constraints, defaultValue: rest.slice(1) }
}

const parseParameter = (template: string, given: string): RouteParameter => {
  const [stars = ''] = /^\*{0,2}/.exec(given) ?? []
  const catchAll = stars !== ''
  const optional = given.endsWith('?')
  const text = given.slice(stars.length, optional ? -1 : undefined)
  const nameEnd = text.search(/[:=]/)
  const name = nameEnd === -1 ? text : text.slice(0, nameEnd)
  if (name === '' || /[/{}?*]/.test(name)) throw fail(template, `"{${given}}" has no usable parameter name`)
  const policies = readPolicies(template, nameEnd === -1 ? '' : text.slice(nameEnd))
  if (optional && catchAll) throw fail(template, `the catch-all parameter "${name}" cannot be optional`)
  if (optional && policies.defaultValue !== undefined)
    throw fail(template, `the optional parameter "${name}" cannot have a default`)
  return { name, catchAll, optional, ...policies }
}

const parseSegments = (template: string): Segment[] => {
  const segments: Part[][] = [[]]
  const add = (part: Part): void => {
    segments.at(-1)?.push(part)
  }
  let literal = ''
  const flush = (): void => {
    if (literal) add({ literal })
    literal = ''
  }
  for (let at = 0; at < template.length; at += 1) {
    const character = template[at] ?? ''
    if ((character === '{' || character === '}') && template[at + 1] === character) {
      literal += character
      at += 1
    } else if (character === '{') {
      flush()
      const { text, end } = readBraces(template, at + 1)
      add({ parameter: parseParameter(template, text) })
      at = end
    } else if (character === '}') throw fail(template, 'a "}" has no "{"')
    else if (character === '?') throw fail(template, 'a literal cannot hold "?"')
    else if (character === '/') {
      flush()
      segments.push([])
    } else literal += character
  }
  flush()
  if (segments.at(-1)?.length === 0) segments.pop()
  return segments
}

const parametersOf = (segment: Segment): RouteParameter[] =>
  segment.flatMap((part) => ('parameter' in part ? [part.parameter] : []))

const checkSegment = (template: string, segment: Segment, isLast: boolean): void => {
  if (segment.length === 0) throw fail(template, '"/" cannot stand twice in a row, nor at the beginning')
  segment.forEach((part, index) => {
    if (!('parameter' in part)) return
    const { name, catchAll, optional } = part.parameter
    const before = segment[index - 1]
    if (catchAll && (segment.length > 1 || !isLast))
      throw fail(template, `the catch-all "${name}" must be the last segment`)
    if (before && 'parameter' in before)
      throw fail(template, `a literal must separate "${name}" from the parameter before it`)
    if (!optional || segment.length === 1) return
    if (index !== segment.length - 1) throw fail(template, `the optional "${name}" must end its segment`)
    if (!before || !('literal' in before) || !before.literal.endsWith('.'))
      throw fail(template, `in a mixed segment only a "." may stand before the optional "${name}"`)
  })
}

const checkNames = (template: string, segments: readonly Segment[]): void => {
  const seen = new Set<string>()
  for (const { name } of segments.flatMap(parametersOf)) {
    const key = name.toLowerCase()
    if (seen.has(key)) throw fail(template, `the parameter "${name}" appears more than once`)
    seen.add(key)
  }
}

const quote = (literal: string): string => literal.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

/** A mixed segment as an expression: earlier parameters take as much as they can, as ASP.NET Core's do. */
const mixedExpression = (segment: Segment): RegExp =>
  new RegExp(`^${segment.map((part) => ('literal' in part ? quote(part.literal) : '(.+)')).join('')}$`, 'is')

const matchMixed = (segment: Segment, text: string): string[] | undefined => {
  const full = mixedExpression(segment).exec(text)
  if (full) return full.slice(1)
  const last = segment.at(-1)
  const before = segment.at(-2)
  if (!last || !('parameter' in last) || !last.parameter.optional || !before || !('literal' in before)) return undefined
  // The optional part and its "." are both absent.
  if (text.endsWith('.')) return undefined
  const shorter = [
    ...segment.slice(0, -2),
    ...(before.literal === '.' ? [] : [{ literal: before.literal.slice(0, -1) }]),
  ]
  return mixedExpression(shorter).exec(text)?.slice(1)
}

const matchSegment = (segment: Segment, text: string, values: Map<string, string>): boolean => {
  if (text === '') return false
  const [only] = segment
  if (segment.length === 1 && only) {
    if ('literal' in only) return only.literal.toUpperCase() === text.toUpperCase()
    values.set(only.parameter.name, text)
    return true
  }
  const found = matchMixed(segment, text)
  parametersOf(segment).forEach(({ name }, index) => {
    const value = found?.[index]
    if (value !== undefined) values.set(name, value)
  })
  return found !== undefined
}

const canBeAbsent = (segment: Segment): boolean => {
  const [only] = segment
  if (segment.length !== 1 || !only || !('parameter' in only)) return false
  const { optional, catchAll, defaultValue } = only.parameter
  return optional || catchAll || defaultValue !== undefined
}

const matchPath = (segments: readonly Segment[], path: string): Map<string, string> | undefined => {
  const given = path.replace(/^\//, '')
  const parts = given === '' ? [] : given.replace(/\/$/, '').split('/')
  const values = new Map<string, string>()
  for (const [index, segment] of segments.entries()) {
    const [only] = segment
    if (only && 'parameter' in only && only.parameter.catchAll) {
      const rest = given.split('/').slice(index).join('/')
      if (rest !== '') values.set(only.parameter.name, rest)
      return values
    }
    const part = parts[index]
    if (part === undefined ? !canBeAbsent(segment) : !matchSegment(segment, part, values)) return undefined
  }
  return parts.length > segments.length ? undefined : values
}

const isAllowed = ({ constraints, optional }: RouteParameter, value: string | undefined): boolean =>
  value === undefined ? optional || constraints.length === 0 : constraints.every((constraint) => constraint(value))

/** @throws an error that names the template and what is wrong with it */
export const parseRouteTemplate = (text: string): RouteTemplate => {
  const segments = parseSegments(text)
  segments.forEach((segment, index) => checkSegment(text, segment, index === segments.length - 1))
  checkNames(text, segments)
  const parameters = segments.flatMap(parametersOf)
  const match = (path: string): RouteValues | undefined => {
    const values = matchPath(segments, path)
    if (!values) return undefined
    for (const { name, defaultValue } of parameters)
      if (defaultValue !== undefined && !values.has(name)) values.set(name, defaultValue)
    return parameters.every((parameter) => isAllowed(parameter, values.get(parameter.name)))
      ? Object.fromEntries(values)
      : undefined
  }
  return { text, segments, match }
}
