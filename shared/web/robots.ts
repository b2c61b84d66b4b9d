// What the robots.txt of a site allows, within work that its author cannot choose.
import robotsParser from 'robots-parser'

/** Whether a page may be read. */
export type Robots = (url: string) => boolean

/** Its types say that the module has a default member, which it is itself. */
const parseRobots = robotsParser as unknown as typeof robotsParser.default

/**
 * Characters of rules held against characters of a path: the largest sites have a thousandth part of it. Beyond it the page is not allowed, and
 * no rule is looked at.
 */
const stepsMax = 20_000_000

/** @param from where the text was found @param agent ours, without a version */
export const robotsOf = (from: string, text: string, agent: string): Robots => {
  const rules = rulesFor(text, agent)
  const steps = rules.reduce((sum, { path }) => sum + stepsOf(path), 0)
  const parsed = parseRobots(from, ['User-agent: *', ...rules.map(({ kind, path }) => `${kind}: ${path}`)].join('\n'))
  return (url) => {
    const { pathname, search } = new URL(url)
    return steps * (pathname.length + search.length) <= stepsMax && parsed.isAllowed(url, agent) !== false
  }
}

/** What the parser does for each character of a path, at most: from the first wildcard on, it goes on at all of them at once. */
const stepsOf = (path: string): number => {
  const wild = path.indexOf('*')
  return wild === -1 ? 1 : 1 + encodeURI(path.slice(wild)).length
}

type Rule = { readonly kind: 'Allow' | 'Disallow'; readonly path: string }

/**
 * The rules of the groups that name the agent, else of those for all (RFC 9309, 2.2.1). The parser would keep each rule once for every agent that
 * a group names.
 */
const rulesFor = (text: string, agent: string): readonly Rule[] => {
  const rules = new Map<string, Rule[]>()
  const [ours, all] = [agent.toLowerCase(), '*']
  const group = new Set<string>()
  let isNaming = false
  for (const line of text.split(/\r\n|\r|\n/)) {
    const { key, value } = memberOf(line)
    if (key === undefined) continue
    if (key === 'user-agent') {
      if (!isNaming) group.clear()
      const named = value.toLowerCase().split('/', 1)[0]?.trim() ?? ''
      if (named === ours || named === all) {
        group.add(named)
        rules.set(named, rules.get(named) ?? [])
      }
    } else if ((key === 'allow' || key === 'disallow') && value !== '')
      for (const name of group) rules.get(name)?.push({ kind: key === 'allow' ? 'Allow' : 'Disallow', path: value })
    isNaming = key === 'user-agent'
  }
  return rules.get(ours) ?? rules.get(all) ?? []
}

const memberOf = (line: string): { readonly key?: string; readonly value: string } => {
  const text = line.split('#', 1)[0] ?? ''
  const colon = text.indexOf(':')
  const key = text.slice(0, Math.max(0, colon)).trim().toLowerCase()
  return { ...(key !== '' && { key }), value: text.slice(colon + 1).trim() }
}
