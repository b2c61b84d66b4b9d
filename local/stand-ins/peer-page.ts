// The pages that stand-ins show to the person at the laptop: the frame, and what it lets a browser do. Nothing runs in a page but
// the script that it is given here.
import { createHash } from 'node:crypto'
import { escapeHtml } from './html.ts'
import type { Answer } from './http-exchange.ts'

export type PeerPage = {
  /** Full name: `The One PSA`. */
  readonly product: string
  readonly title: string
  /** HTML. */
  readonly body: string
  readonly style: string
  readonly status?: number
  readonly script?: string
  /** URL to which a form of the page may be sent. */
  readonly formTarget?: string
  readonly referrerPolicy?: string
}

export const peerPage = ({
  product,
  title,
  body,
  style,
  status = 200,
  script,
  formTarget,
  referrerPolicy = 'no-referrer',
}: PeerPage): Answer => ({
  status,
  html: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · ${escapeHtml(product)} (local)</title>
<style>${style}</style>
${body}
${script === undefined ? '' : `<script>${script}</script>\n`}</html>
`,
  headers: {
    'content-security-policy': [
      "default-src 'none'",
      `style-src '${hashOf(style)}'`,
      script === undefined ? "script-src 'none'" : `script-src '${hashOf(script)}'`,
      `form-action ${formTarget === undefined ? "'none'" : new URL(formTarget).origin}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'referrer-policy': referrerPolicy,
  },
})

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

/**
 * A page of headings, tables and texts.
 * @param content HTML
 * @param style CSS beside that of all such pages
 */
export const plainPage = (product: string, title: string, content: string, style = ''): Answer =>
  peerPage({ product, title, body: `<h1>${escapeHtml(title)}</h1>\n${content}`, style: plainStyle + style })

const plainStyle = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #1b1f24 }
table { border-collapse: collapse } th, td { text-align: left; padding: .3rem .8rem; border-bottom: 1px solid #d8dee4; vertical-align: top }
td { max-width: 20rem; overflow-wrap: anywhere }
pre { white-space: pre-wrap; background: #f6f8fa; padding: 1rem }
`
