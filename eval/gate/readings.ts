// What a reader sees of a text: as a renderer of Markdown shows it, and as plain text without the marks of Markdown.
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmAutolinkLiteralFromMarkdown } from 'mdast-util-gfm-autolink-literal'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal'
import { gfmTable } from 'micromark-extension-gfm-table'

type Root = ReturnType<typeof fromMarkdown>
type Node = Root | Root['children'][number]

/**
 * Blocks, emphasis, code to the letter, links with their targets, and words. A tag counts as the text that was written: a renderer would
 * swallow `<server name>`. So do the marks of footnotes and of tasks.
 */
export const renderedFrom = (markdown: string): string =>
  shownOf(
    fromMarkdown(markdown, {
      extensions: [gfmAutolinkLiteral(), gfmTable()],
      mdastExtensions: [gfmAutolinkLiteralFromMarkdown(), gfmTableFromMarkdown()],
    }),
  )

const shownOf = (node: Node): string => {
  const inner = 'children' in node ? node.children.map(shownOf).join('') : ''
  if (node.type === 'root') return inner
  // A blank that was forgotten before an address is no damage.
  if (node.type === 'text' || node.type === 'html') return node.value.replace(/\s+/g, ' ').replace(/: $/, ':')
  if (node.type === 'code') return `{code ${node.lang ?? ''}\n${node.value}}`
  if (node.type === 'inlineCode') return `{code ${node.value}}`
  if (node.type === 'link') return inner === node.url ? `{link ${node.url}}` : `{link ${node.url} ${inner}}`
  if (node.type === 'image') return `{image ${node.url} ${node.alt}}`
  if (node.type === 'definition') return `{definition ${node.label} ${node.url}}`
  if (node.type === 'heading') return `{heading ${node.depth} ${inner}}`
  if (node.type === 'list') return `{list ${node.ordered === true ? (node.start ?? 1) : '-'} ${inner}}`
  return `{${node.type} ${inner}}`
}

/**
 * Line by line: without fences, backticks and marks of emphasis, with the address of a link after its label. Not seen are: `‹`, which stands
 * for `<` where a product might read HTML; blanks around a link, before an address or after a full stop; a scheme before a link of the context; empty lines.
 */
export const plainFrom = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\s*(?:(?:`{3,}|~{3,})[\w+#.-]*\s*)?$/.test(line))
    .map(plainLine)
    .join('\n')

const plainLine = (line: string): string =>
  line
    .replace(markdownLink, (link, label: string, target: string) =>
      /^https:|@/.test(target) ? `${label} (${target})` : link,
    )
    .replaceAll('‹', '<')
    .replace(/<([^\s<>@]+@[^\s<>]+|https:[^\s>]*)>/g, '$1')
    .replace(
      /(?<![\w*])(\*{2,3}|__|\*(?=\*{0,2}(?:\[|https:)))(?=[^\s*])(.*?\S)\1(?![\w*])/g,
      (bold, _, said: string) => (/^__\w+__$/.test(bold) ? bold : said),
    )
    .replace(/`|\\(?=[*_[\]|#])|https:\/\//g, '')
    .replace(/\s*(\(?(?:portal|status|wiki|rmm)\.contoso\.com[^\s"]*)\s*/g, '$1')
    .replace(
      /(?<=[。\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]) | (?=[\p{Script=Han}\p{Script=Hiragana}])/gu,
      '',
    )
    .replace(/(?<=\p{Ll}\.) (?=\p{Lu})|(?<=:) (?=\S+@)/gu, '')
    .replace(/(?<=\S)\s+(?=[.,;:!?)]|$)/g, '')
    .replace(/(?<=\S)\s+/g, ' ')

const markdownLink = /\[([^\]]*)\]\((?:mailto:)?([^\s()]*(?:\([^\s()]*\))?)(?: "[^"]*")?\)/g
