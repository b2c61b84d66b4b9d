// Reads Markdown as renderers do, and says what each of them would follow, load or run.
import LinkifyIt from 'linkify-it'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmAutolinkLiteralFromMarkdown } from 'mdast-util-gfm-autolink-literal'
import { gfmFootnoteFromMarkdown } from 'mdast-util-gfm-footnote'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal'
import { gfmFootnote } from 'micromark-extension-gfm-footnote'
import { gfmTable } from 'micromark-extension-gfm-table'

/** Targets of links, images and definitions, and tags, by CommonMark alone and by GitHub's dialect. */
export const linkedBy = (markdown: string): readonly string[] => {
  const plain = fromMarkdown(markdown)
  const github = fromMarkdown(markdown, {
    extensions: [gfmAutolinkLiteral(), gfmTable(), gfmFootnote()],
    mdastExtensions: [gfmAutolinkLiteralFromMarkdown(), gfmTableFromMarkdown(), gfmFootnoteFromMarkdown()],
  })
  return [...new Set([plain, github].flatMap(targetsOf))]
}

type Root = ReturnType<typeof fromMarkdown>
type Nodes = Root | Root['children'][number]

const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: false })

/** What a chat or a mail program makes links of in plain text, and what would be a tag if the text were read as HTML. */
export const linkifiedIn = (text: string): readonly string[] => [
  ...(linkify.match(text) ?? []).map(({ url }) => url),
  ...(text.match(/<[A-Za-z/!?][^\n]*/g) ?? []),
]

const targetsOf = (node: Nodes): readonly string[] => {
  const inner = 'children' in node ? node.children.flatMap(targetsOf) : []
  if (node.type === 'link' || node.type === 'definition') return [node.url, ...inner]
  if (node.type === 'image') return [`image ${node.url}`]
  if (node.type === 'html') return [`html ${node.value}`]
  return node.type.endsWith('Reference') ? [node.type, ...inner] : inner
}
