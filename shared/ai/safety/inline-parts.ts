// Reads a piece of a line as Markdown and keeps what is on the allow-list: text, code, and links that the context has. Images and tags go.
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmAutolinkLiteralFromMarkdown } from 'mdast-util-gfm-autolink-literal'
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal'
import { type LinkRules, addressOf, canonicalUrl, standingOf } from './context-links.ts'

type Node = ReturnType<typeof fromMarkdown>['children'][number]

export type InlinePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly href: string; readonly label: string; readonly isCode: boolean }

/** So that nothing in the piece is read as the beginning of a block: only its line decides that. */
const before = 'x '

/**
 * Marks of emphasis stay in the text as they are, and so do backslashes: a link that a backslash makes none is judged as one.
 * @param piece of one line
 * @returns texts are not checked yet
 */
export const inlinePartsOf = (piece: string, rules: LinkRules): readonly InlinePart[] => {
  const tree = fromMarkdown(before + piece, {
    extensions: [{ disable: { null: ['attention', 'characterEscape'] } }, gfmAutolinkLiteral()],
    mdastExtensions: [gfmAutolinkLiteralFromMarkdown()],
  })
  const [paragraph] = tree.children
  if (tree.children.length !== 1 || paragraph?.type !== 'paragraph') return [{ kind: 'text', text: piece }]
  const [first, ...others] = merged(paragraph.children.flatMap((node) => partsOf(node, rules)))
  if (first?.kind !== 'text') return others
  return first.text === before ? others : [{ kind: 'text', text: first.text.slice(before.length) }, ...others]
}

const partsOf = (node: Node, rules: LinkRules): readonly InlinePart[] => {
  if (node.type === 'text') return [{ kind: 'text', text: node.value }]
  if (node.type === 'inlineCode') return [{ kind: 'code', text: node.value }]
  if (node.type === 'image') return [{ kind: 'text', text: node.alt ?? '' }]
  if (node.type === 'html') return isPlaceholder(node.value) ? [{ kind: 'text', text: node.value }] : []
  const inner = 'children' in node ? node.children.flatMap((child) => partsOf(child, rules)) : []
  if (node.type !== 'link') return inner
  const label = inner.map((part) => (part.kind === 'link' ? part.label : part.text)).join('')
  const isCode = inner.length === 1 && inner[0]?.kind === 'code'
  const address = addressOf(node.url, rules)
  // An address that is its own label is text: who shows it makes the link again.
  if (address !== undefined && !label.includes('@')) return [{ kind: 'link', href: `mailto:${address}`, label, isCode }]
  const href = canonicalUrl(node.url)
  return href !== undefined && standingOf(href, rules) === 'allowed' ? [{ kind: 'link', href, label, isCode }] : inner
}

/** `<server name>`, as instructions have it, or the name of a key: `<Del>`. */
const isPlaceholder = (html: string): boolean => {
  if (/^<[A-Z][a-z]{1,10}>$/.test(html)) return true
  const [, name = ''] = /^<([A-Za-z][\w-]*)(?: [A-Za-z][\w-]*){0,4}>$/.exec(html) ?? []
  return name !== '' && !htmlElements.has(name.toLowerCase()) && !name.includes('-')
}

const htmlElements = new Set(
  (
    'a abbr address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br button canvas caption ' +
    'center cite code col colgroup command content data datalist dd del details dfn dialog dir div dl dt element em embed fieldset ' +
    'figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins isindex ' +
    'kbd keygen label legend li link listing main map mark marquee math menu menuitem meta meter multicol nav nextid nobr noembed ' +
    'noframes noscript object ol optgroup option output p param picture plaintext portal pre progress q rb rbc rp rt rtc ruby s samp ' +
    'script search section select shadow slot small source spacer span strike strong style sub summary sup svg table tbody td template ' +
    'textarea tfoot th thead time title tr track tt u ul use var video wbr xmp foreignobject animate set'
  ).split(' '),
)

const merged = (parts: readonly InlinePart[]): readonly InlinePart[] => {
  const whole: InlinePart[] = []
  for (const part of parts) {
    const last = whole.at(-1)
    if (part.kind === 'text' && last?.kind === 'text')
      whole[whole.length - 1] = { kind: 'text', text: last.text + part.text }
    else whole.push(part)
  }
  return whole
}
