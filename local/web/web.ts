// What stands for the public web on a laptop: pages of hosts that tests put, beside those of the demo companies.
import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { htmlTable } from '../stand-ins/html.ts'
import { type Route, done, problem, validated } from '../stand-ins/http-exchange.ts'
import { plainPage } from '../stand-ins/peer-page.ts'
import { type Control, controlRoute } from '../stand-ins/stand-in-control.ts'
import { type RunningStandIn, startStandIn } from '../stand-ins/stand-in.ts'
import { type SitePage, demoSites } from './demo-sites.ts'

const host = z.string().regex(/^[a-z0-9.-]{1,253}$/, 'must be the name of a host')

const PagePut = z.strictObject({
  host,
  path: z.string().startsWith('/').max(2_000),
  status: z.int().min(200).max(599).default(200),
  headers: z.record(z.string(), z.string()).default({ 'content-type': 'text/html; charset=utf-8' }),
  body: z.string().max(900_000).default(''),
  /** Bytes instead of text. */
  base64: z.string().optional(),
  /** Milliseconds before it answers. */
  delayMs: z.int().min(0).max(60_000).default(0),
})
type PagePut = z.output<typeof PagePut>

type Served = SitePage & Pick<PagePut, 'base64'> & { readonly delayMs: number }

/** @throws PortInUseError */
export const startWeb = ({ port }: { readonly port: number }): Promise<RunningStandIn> => {
  const pages = new Map<string, Served>()
  const asked = new Map<string, number>()
  const reset = (): void => {
    pages.clear()
    asked.clear()
    for (const [name, site] of Object.entries(demoSites))
      for (const [path, page] of Object.entries(site)) pages.set(`${name}${path}`, { ...page, delayMs: 0 })
  }
  reset()
  return startStandIn({
    name: 'public web',
    port,
    portSetting: 'LOCAL_WEB_PORT',
    control: controlOf(pages, asked, reset),
    answer: async ({ pathname, response }) => {
      if (pathname === '/') return overview(pages)
      // As it was asked for: `/<host>/<path>`.
      const key = pathname.slice(1)
      asked.set(key, (asked.get(key) ?? 0) + 1)
      const page = pages.get(key)
      if (!page) return problem(404, 'There is no such page')
      await send(response, page)
      return undefined
    },
    close: () => {},
  })
}

const send = async (response: ServerResponse, { status, headers, body, base64, delayMs }: Served): Promise<void> => {
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs).unref())
  if (response.destroyed) return
  response.writeHead(status, headers).end(base64 === undefined ? body : Buffer.from(base64, 'base64'))
}

const controlOf = (
  pages: Map<string, Served>,
  asked: Map<string, number>,
  reset: () => void,
): readonly Route<Control>[] => [
  controlRoute('PUT', '/_control/pages', ({ body }) =>
    validated(PagePut, body, ({ host: name, path, ...page }) => {
      pages.set(`${name}${path}`, page)
      return done
    }),
  ),
  controlRoute('GET', '/_control/requests', () => ({ status: 200, body: { requests: Object.fromEntries(asked) } })),
  controlRoute('POST', '/_control/reset', () => {
    reset()
    return done
  }),
]

const overview = (pages: ReadonlyMap<string, Served>) =>
  plainPage(
    'The public web',
    'Pages',
    htmlTable({
      heads: ['Page', 'Status'],
      rows: [...pages].map(([key, { status }]) => [`https://${key}`, String(status)]),
      none: 'There is no page.',
      rowsMax: 200,
    }),
  )
